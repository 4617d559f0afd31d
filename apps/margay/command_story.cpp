// margay story: the article on the user's pictures, from the folder to the page.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/margay/advised_commands.h"
#include "apps/margay/command.h"
#include "apps/margay/console.h"
#include "apps/margay/data_options.h"
#include "apps/margay/language_option.h"
#include "apps/margay/number_options.h"
#include "apps/margay/setting_options.h"
#include "apps/margay/training_console.h"
#include "apps/margay/training_options.h"
#include "margay/core/error.h"
#include "margay/datasets/get.h"
#include "margay/workflow/story.h"

namespace margay::app {
namespace {

struct StoryCommand {
  DataOptions data;
  std::string out;
  std::optional<int> epochs;
  std::optional<uint64_t> seed, split_seed;
  SettingChanges changes;
  std::string language;
  bool allow_broken = false;
  bool quiet = false;
};

workflow::StoryOptions compose_options(const StoryCommand& command) {
  if (command.epochs) command.changes.require_without("training.epochs");
  if (command.seed) command.changes.require_without("training.seed");
  workflow::StoryOptions options;
  options.data = datasets::resolve_dataset(command.data.data);
  options.data_name = command.data.data;
  options.open = open_options(command.data, {}, command.quiet);
  options.reading = recorded_reading(command.data);
  options.reading.allow_broken = command.allow_broken;
  options.split_seed = command.split_seed.value_or(0);
  options.names_left_out = command.data.verbose;
  options.out = command.out;
  if (command.allow_broken) options.broken = train::ManyBroken::allow;
  options.command_line = command_line();
  options.wording = make_command_words;
  options.language = language_of(command.language);
  command.changes.apply(options.changes);
  if (command.epochs) options.changes["training"]["epochs"] = *command.epochs;
  if (command.seed) options.changes["training"]["seed"] = *command.seed;
  return options;
}

int run_story(const StoryCommand& command) {
  const std::stop_token stop = stop_on_signals();
  const auto console = make_training_console(command.quiet ? TrainingOutput::quiet : TrainingOutput::lines);
  workflow::StoryObservers observers;
  observers.progress = console_progress(command.quiet);
  observers.training = console.get();
  if (!command.quiet) observers.narrate = [](std::string_view sentence) { print_err("\n{}\n", sentence); };
  observers.on_pictures = [&](const train::TrainingData& data) {
    print_loaded(data, command.data.verbose, command.quiet);
  };
  const workflow::StoryResult result = workflow::tell_story(compose_options(command), observers, stop);
  if (result.stopped) {
    print_err("\nstopped; the same command goes on from here\n");
    return Interrupted("story", "").exit_code();
  }
  for (const std::string& sentence : result.outcome) print_out("{}\n", sentence);
  print_out("{}\n", result.page.string());
  return 0;
}

}  // namespace

void add_story(CLI::App& command, Outcome& outcome) {
  auto options = std::make_shared<StoryCommand>();
  options->out = "story";
  add_data_options(command, options->data)->required();
  command.add_option("--out", options->out, "folder for both runs and story.html")->capture_default_str();
  command.add_option("--epochs", options->epochs, "of both trainings (default: the recipes', 15)")
      ->check(setting_value("--epochs", "training.epochs"));
  command.add_option("--seed", options->seed, "of all that is random (default: the recipes', 1)")
      ->check(setting_value("--seed", "training.seed"));
  add_split_seed_option(command, options->split_seed);
  add_setting_options(command, options->changes, SettingOptions::all);
  command.get_option("--set")->description(
      "any setting, for both recipes, such as training.keep=best; may be repeated");
  add_language_option(command, options->language, "story.html and of the reports");
  command.add_flag("--allow-broken", options->allow_broken,
                   "go on although more than a tenth of the pictures are missing or broken");
  command.add_flag("--quiet", options->quiet, "nothing but the result, on standard output, and warnings");
  command.footer("Example: margay story cats-and-dogs\nCalled again, it repeats nothing that is done.");
  command.callback([options, &outcome] { outcome.exit_code = run_story(*options); });
}

}  // namespace margay::app
