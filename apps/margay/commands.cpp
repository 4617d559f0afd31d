// The table of commands. `margay` knows those that need libtorch by name alone.
#include <array>

#include "apps/margay/command.h"

namespace margay::app {

void add_bench(CLI::App& command, Outcome& outcome);
void add_compare(CLI::App& command, Outcome& outcome);
void add_completion(CLI::App& command, Outcome& outcome);
void add_dataset(CLI::App& command, Outcome& outcome);
void add_evaluate(CLI::App& command, Outcome& outcome);
void add_export(CLI::App& command, Outcome& outcome);
void add_inspect(CLI::App& command, Outcome& outcome);
void add_lr_find(CLI::App& command, Outcome& outcome);
void add_man(CLI::App& command, Outcome& outcome);
void add_models(CLI::App& command, Outcome& outcome);
void add_predict(CLI::App& command, Outcome& outcome);
void add_recipe(CLI::App& command, Outcome& outcome);
#ifdef MARGAY_SERVE
void add_serve(CLI::App& command, Outcome& outcome);
#endif
void add_show(CLI::App& command, Outcome& outcome);
void add_story(CLI::App& command, Outcome& outcome);
void add_summary(CLI::App& command, Outcome& outcome);
void add_sweep(CLI::App& command, Outcome& outcome);
void add_train(CLI::App& command, Outcome& outcome);
void add_watch(CLI::App& command, Outcome& outcome);

#ifdef MARGAY_TRAINING_PROGRAM
#define TRAINING(name) add_##name
#else
#define TRAINING(name) nullptr
#endif

namespace {
const std::array kCommands{
    Command{"story", "tell the whole story on your pictures: train, diagnose, augment, compare, explain",
            true, TRAINING(story)},
    Command{"inspect", "say what is in a folder of pictures", false, add_inspect},
    Command{"show", "draw a row of pictures as the network gets them", false, add_show},
    Command{"train", "train a network on a folder of pictures", true, TRAINING(train)},
    Command{"lr-find", "try growing learning rates, and suggest one to train with", true, TRAINING(lr_find)},
    Command{"sweep", "train with many settings, and say which is best", true, TRAINING(sweep)},
    Command{"watch", "follow a training: its curves in the terminal, and the time left", false, add_watch},
    Command{"compare", "say what differs between runs, and which is better", false, add_compare},
    Command{"evaluate", "measure a trained model on labelled pictures", false, add_evaluate},
    Command{"predict", "say what pictures show, and how sure the model is", false, add_predict},
    Command{"export", "write a model for other programs: ONNX, or its weights for PyTorch", false,
            add_export},
#ifdef MARGAY_SERVE
    Command{"serve", "answer over HTTP what pictures show", false, add_serve},
#endif
    Command{"summary", "list the layers of a network with shapes, parameters and FLOPs", false, add_summary},
    Command{"models", "list the networks with parameters, FLOPs, accuracy and licence of weights", false,
            add_models},
    Command{"bench", "measure how fast this machine trains, loads and predicts with a recipe", true,
            TRAINING(bench)},
    Command{"recipe", "list and show the recipes that margay trains by, and the layers of networks", false,
            add_recipe},
    Command{"dataset", "get or draw pictures to learn with", false, add_dataset},
    Command{"completion", "print what a shell needs to complete margay's commands and options", false,
            add_completion, true},
    Command{"man", "write the manual pages of all commands", false, add_man, true},
};
}  // namespace

std::span<const Command> commands() {
  return kCommands;
}

namespace {
std::vector<std::string> given_words;
}  // namespace

const std::vector<std::string>& command_line() {
  return given_words;
}

void set_command_line(int argc, char** argv) {
  given_words.assign(argv, argv + argc);
  if (!given_words.empty()) given_words[0] = "margay";
}

}  // namespace margay::app
