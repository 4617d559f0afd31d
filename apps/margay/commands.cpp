// The table of commands. The light program knows the heavy ones by name alone.
#include <array>

#include "apps/margay/command.h"

namespace margay::app {

#define MARGAY_COMMAND(name) __attribute__((weak)) void add_##name(CLI::App& command, Outcome& outcome)
MARGAY_COMMAND(dataset);
MARGAY_COMMAND(evaluate);
MARGAY_COMMAND(inspect);
MARGAY_COMMAND(predict);
MARGAY_COMMAND(recipe);
MARGAY_COMMAND(show);
MARGAY_COMMAND(story);
MARGAY_COMMAND(summary);
MARGAY_COMMAND(train);

#ifdef MARGAY_HEAVY
#define HEAVY(name) add_##name
#else
#define HEAVY(name) nullptr
#endif

namespace {
const std::array kCommands{
    Command{"story", "tell the whole story on your pictures: train, diagnose, augment, compare, explain", true, HEAVY(story)},
    Command{"inspect", "say what is in a folder of pictures", false, add_inspect},
    Command{"show", "draw a row of pictures as the network gets them", false, add_show},
    Command{"train", "train a network on a folder of pictures", true, HEAVY(train)},
    Command{"evaluate", "measure a trained model on labelled pictures", false, add_evaluate},
    Command{"predict", "say what pictures show, and how sure the model is", false, add_predict},
    Command{"summary", "list the layers of a network with shapes, parameters and FLOPs", false, add_summary},
    Command{"recipe", "list and show the recipes that margay trains by", false, add_recipe},
    Command{"dataset", "get or draw pictures to learn with", false, add_dataset},
};
}  // namespace

std::span<const Command> commands() { return kCommands; }

}  // namespace margay::app
