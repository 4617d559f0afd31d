// margay train: fits a network to a folder of pictures.
#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "apps/margay/advised_commands.h"
#include "apps/margay/command.h"
#include "apps/margay/console.h"
#include "apps/margay/language_option.h"
#include "apps/margay/number_options.h"
#include "apps/margay/output.h"
#include "apps/margay/picture_limit.h"
#include "apps/margay/recipe_choice.h"
#include "apps/margay/run_argument.h"
#include "apps/margay/training_console.h"
#include "apps/margay/training_options.h"
#include "apps/margay/training_outcome.h"
#include "margay/analysis/decision.h"
#include "margay/core/bare_reason.h"
#include "margay/core/duration.h"
#include "margay/core/file_system.h"
#include "margay/core/number_text.h"
#include "margay/core/shell_word.h"
#include "margay/data/class_names.h"
#include "margay/datasets/get.h"
#include "margay/graph/zoo/zoo.h"
#include "margay/recipe/changed_document.h"
#include "margay/recipe/recipe.h"
#include "margay/recipe/unused_keys.h"
#include "margay/run/output_folder.h"
#include "margay/run/run_config.h"
#include "margay/run/run_directory.h"
#include "margay/text/plan_text.h"
#include "margay/train/decide.h"
#include "margay/weights/published.h"
#include "margay/workflow/run_data.h"
#include "margay/workflow/time_plan.h"
#include "margay/workflow/training_run.h"

namespace margay::app {
namespace {

namespace fs = std::filesystem;

struct TrainOptions : TrainingOptions {
  double checkpoint_interval_s = 60;
  std::string out;
  std::string resume;
  bool accept_changed_data = false;
  std::string budget;
  std::string language;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
};

TrainingOutput output_of(const TrainOptions& options) {
  return options.json ? TrainingOutput::json : options.quiet ? TrainingOutput::quiet : TrainingOutput::lines;
}

void warn(const TrainOptions& options, const std::string& warning) {
  if (options.json) return print_warning_event(warning);
  print_err("warning: {}\n", warning);
}

/// A run's own configuration; only how long and by what means it goes on may change.
recipe::Config resumed_config(const TrainOptions& options, const run::RunDirectory& directory) {
  Json document = run::read_config(directory).to_document();
  set_length_and_means(document, options);
  set_if_given(document, "budget", "seconds", options.epochs ? std::optional(0.0) : options.budget_s);
  if (options.epochs) document.erase("recorded_length");  // which is that of other epochs
  const std::string where = directory.config().string();
  recipe::Config config = recipe::read_changed(document, where, given_keys(options));
  config.network.has_begun = true;
  recipe::require_used(config, given_keys(options), where);
  return config;
}

/// Whether a run is to be trained further than it was to be: the same command twice does not ask for that,
/// nor does who wants it to end.
bool asks_for_more(const TrainOptions& options) {
  if (options.resume.empty() || options.budget_s) return !options.resume.empty();
  const recipe::Config before = run::read_config({options.resume});
  return options.epochs && (before.budget.seconds > 0 || before.training.epochs < *options.epochs);
}

/// What a run began with is decided. Everything else is refused by what it is, so that no option of those to
/// come is forgotten here.
void refuse_beside_resume(const CLI::App& command) {
  const std::set<std::string> fitting{
      "--resume",       "--epochs", "--patience", "--threads",          "--device",
      "--precision",    "--fuse",   "--budget",   "--checkpoint-every", "--cache",
      "--allow-broken", "--json",   "--quiet",    "--verbose",          "--accept-changed-data"};
  for (const CLI::Option* option : command.get_options())
    require(
        option->count() == 0 ||
            fitting.contains(option->get_single_name().starts_with("-") ? option->get_single_name()
                                                                        : "--" + option->get_single_name()),
        "train",
        fmt::format("--resume goes on with what the run began with; {} would change that",
                    option->get_name()),
        option->get_name() == "DATA"
            ? "leave it out; where the data have moved, a link in their old place leads to them, and their "
              "contents are compared"
            : "leave it out, or train anew with another --out");
}

/// Of a new run: one that nobody else writes.
std::shared_ptr<const run::FolderLock> lock_directory(const TrainOptions& options) {
  if (!options.out.empty()) return std::make_shared<run::FolderLock>(options.out);
  std::string name = fs::path(options.recipe).stem().string();
  if (options.network) name += "-" + *options.network;
  return run::FolderLock::make_next("runs", name);
}

/// A class folder that was renamed or moved takes all of its pictures along.
void require_classes_there(const data::Dataset& dataset) {
  const data::Split& train = dataset.split("train");
  std::vector<size_t> there(dataset.classes.size());
  std::vector<fs::path> gone(dataset.classes.size());
  size_t missing = 0;
  for (size_t i = 0; i < train.samples.size(); ++i) {
    const auto label = static_cast<size_t>(train.samples[i].label);
    const bool is_missing = train.store->is_missing(train.samples[i].picture);
    missing += is_missing ? 1 : 0;
    if (is_missing)
      gone[label] = train.path(i);
    else
      ++there[label];
  }
  for (size_t label = 0; label < there.size(); ++label)
    require<DataError>(
        there[label] > 0 || gone[label].empty(), "train",
        fmt::format("{} of the {} training pictures are gone, with all of the class {}, such as {}", missing,
                    train.samples.size(), data::quoted_name(dataset.classes[label]), gone[label].string()));
}

/// The manifest has the paths of then; what a link there leads to is compared by content as all pictures are.
std::string way_back(const recipe::SourceConfig& source) {
  const std::string place = source.data.string();
  if (place.empty() || path_exists(source.data)) return "put them back";
  return fmt::format("put them back, or a link to where they are now: ln -s NEW_PLACE {}", shell_word(place));
}

/// A run goes on with exactly the pictures and the split that it began with.
data::Dataset open_again(const TrainOptions& options, const recipe::Config& config,
                         std::stop_token stop) try {
  const fs::path manifest = run::RunDirectory{options.resume}.manifest();
  if (!path_exists(manifest)) {
    data::Dataset dataset =
        data::Dataset::open(config.source.data, open_options(options.data, stop, options.is_quiet()));
    require<DataError>(
        dataset.has_split("train"), "train",
        fmt::format("there is no {}, which said what pictures were held back", manifest.string()), "");
    return dataset;
  }
  data::Dataset dataset =
      data::Dataset::open(manifest, {.progress = console_progress(options.is_quiet()), .stop = stop});
  require_classes_there(dataset);
  return dataset;
} catch (const DataError& error) {
  const CommandWords words({.run_path = options.resume, .source = config.source}, text::Language::english);
  throw DataError(
      "train",
      fmt::format("the pictures of {} are not what they were: {}", options.resume, bare_reason(error)),
      fmt::format("{}; or train anew: {}", way_back(config.source),
                  words.command({.kind = analysis::Action::Kind::train_anew})));
}

/// A run that goes on reads pictures as it did when it began.
void read_as_recorded(TrainOptions& options, const recipe::ReadingConfig& reading) {
  const bool verbose = options.data.verbose;
  options.data = options_of(reading);
  options.data.verbose = verbose;
  if (!reading.max_megapixels.empty()) set_picture_limit(reading.max_megapixels);
}

data::Dataset open_for_training(const TrainOptions& options, const recipe::Config& config, WorkerPool& pool,
                                std::stop_token stop) {
  return options.resume.empty() ? open_split(options, pool, stop) : open_again(options, config, stop);
}

void print_plan(const analysis::TimePlan& plan, bool json) {
  const recipe::Config& config = plan.config;
  if (!json) return print_err("{}\n", text::plan_text(plan));
  print_event({{"event", "plan"},
               {"seconds", config.budget.seconds},
               {"network", config.network.name},
               {"epochs", config.training.epochs},
               {"batch_size", config.training.batch_size},
               {"images_per_second", plan.images_per_second}});
}

/// Fits what is trained to the time that is left of the budget.
void keep_to_budget(const TrainOptions& options, workflow::TrainingRequest& request, WorkerPool& pool,
                    const std::stop_token& stop) {
  recipe::Config& config = request.config;
  request.started = options.started;
  if (request.resume) return;
  if (!options.is_quiet()) print_err("measuring how fast this machine trains, to plan the time\n");
  const std::chrono::duration<double> used = std::chrono::steady_clock::now() - options.started;
  analysis::TimePlan plan =
      workflow::plan_for_budget(config, request.dataset, config.budget.seconds - used.count(), pool, stop);
  if (!options.quiet) print_plan(plan, options.json);
  const size_t pictures = request.dataset.split("train").samples.size();
  for (const std::string& warning : text::plan_warnings(plan, config, pictures)) warn(options, warning);
  for (analysis::Decision& decision : text::plan_decisions(plan, config, pictures))
    request.decisions.push_back(std::move(decision));
  config = std::move(plan.config);
}

/// Where the network does not take what the recipe would have.
void tell_of_sizes(TrainOptions& options) {
  const std::optional<analysis::Decision> decision = decision_on_sizes(options);
  if (!decision) return;
  if (!options.is_quiet())
    print_err("{}: {} pixels, {}\n", decision->setting, decision->value, decision->reason);
  options.decisions.push_back(*decision);
}

void load_data(TrainOptions& options, workflow::TrainingRequest& request, const std::stop_token& stop) {
  WorkerPool pool(train::decide(request.config).training.threads);
  request.dataset = open_for_training(options, request.config, pool, stop);
  announce_recipe(options);
  if (!request.resume) tell_of_sizes(options);
  print_understood(request.dataset, options.data.verbose, options.is_quiet());
  request.decisions = options.decisions;
  request.decisions.push_back({"pictures", request.dataset.layout,
                               "as their folders or lists say; --validation and --labels change it"});
  if (request.config.budget.seconds > 0) keep_to_budget(options, request, pool, stop);
  request.data = load_pictures(options, request.dataset, request.config, pool, stop);
  if (!options.json) return;
  for (const std::string& message :
       {data::describe(request.dataset.left_out), format_skipped(request.data->skipped(), true)})
    if (!message.empty()) print_warning_event(message);
  for (const std::string& warning : request.dataset.warnings) print_warning_event(warning);
  for (const std::string& warning : request.data->warnings) print_warning_event(warning);
}

workflow::TrainingRun fit(TrainOptions& options, std::stop_token stop) {
  const std::string& data_name = options.data.data;
  require(data_name.empty() != options.resume.empty(), "train",
          data_name.empty() ? "nothing to train on" : "--resume knows its data itself",
          data_name.empty() ? "margay train DATA" : "leave out DATA");
  if (!options.budget.empty()) options.budget_s = parse_duration(options.budget, "train");
  require(!options.budget_s || !options.epochs, "train", "--epochs and --budget both say how long",
          "leave one of them out");
  require(options.budget_s.value_or(1) > 0, "train", "--budget is no time at all", "such as 10m");
  if (options.resume.empty()) choose_recipe(options, RecipeUse::training);
  if (options.out.starts_with('-')) options.out = "./" + options.out;  // no option, in advised commands
  workflow::TrainingRequest request;
  request.resume = !options.resume.empty();
  if (request.resume)
    refuse_other_than_run(options.resume, "train",
                          [](const std::string& run) { return "margay train --resume " + run; });
  if (request.resume)
    request.lock = std::make_shared<run::FolderLock>(run::RunDirectory::open(options.resume).root);
  request.config = request.resume ? resumed_config(options, {options.resume}) : compose_config(options);
  if (request.resume) {
    read_as_recorded(options, request.config.source.reading);
  } else {
    request.config.source = source_of(options);
    request.config.source.recipe = options.recipe;
    for (const std::string& sentence : unused_in_files(options)) warn(options, sentence);
  }
  request.data_name = data_name;
  request.open = open_options(options.data, stop, options.is_quiet());
  request.command_line = command_line();
  request.wording = make_command_words;
  request.language = language_of(options.language);
  request.checkpoint_interval_s = options.checkpoint_interval_s;
  require(request.resume || !options.accept_changed_data, "train",
          "--accept-changed-data is for a run that goes on", "leave it out, or name the run with --resume");
  request.accept_changed_data = options.accept_changed_data;
  request.asks_for_more = asks_for_more(options);
  // Whether a run that goes on has lost pictures is told with all else that has changed.
  if (request.resume) options.allow_broken = true;
  if (!options.out.empty())  // before anything is decoded
    run::require_folder_of_ours(
        options.out, [](const fs::path& entry) { return run::RunDirectory{}.owns(entry.filename()); },
        "train");
  load_data(options, request, stop);
  if (!request.resume) request.lock = lock_directory(options);
  request.directory = {request.lock->folder()};
  const auto console = make_training_console(output_of(options));
  train::TrainingObserver* observers[] = {console.get()};
  return workflow::train_in_directory(request, observers, std::move(stop));
}

int run_train(TrainOptions& options) {
  const workflow::TrainingRun run = fit(options, stop_on_signals());
  print_outcome(run, output_of(options));
  return run.result.stopped ? Interrupted("train", "").exit_code() : 0;
}

}  // namespace

void add_train(CLI::App& command, Outcome& outcome) {
  auto options = std::make_shared<TrainOptions>();
  add_training_options(command, *options, SettingOptions::all);
  command.add_option(
      "--out", options->out,
      "run directory to make (default: runs/RECIPE or runs/RECIPE-NETWORK, numbered when taken)");
  command.add_option(
      "--budget", options->budget,
      "time that all may take, such as 10m or 1h30m, report included: this machine's speed is measured, and "
      "network, sizes and epochs are chosen to end by then; with --resume, what all sessions of the run may "
      "take, or from now on where it had no budget so far");
  command.add_option(
      "--resume", options->resume,
      "run directory to go on with, by the settings that it began with; --epochs may extend it, --patience 0 "
      "takes a run further that "
      "ended by it. A damaged checkpoint is replaced by the one before");
  add_language_option(command, options->language, "report.html");
  command.add_flag(
      "--accept-changed-data", options->accept_changed_data,
      "with --resume: go on although pictures of the run were renamed, changed, removed or added since "
      "it began, with what the paths of its manifest lead to now");
  command
      .add_option("--checkpoint-every", options->checkpoint_interval_s,
                  "seconds after which what was learned is saved, between two steps; 0 = after every step")
      ->check(real_number("--checkpoint-every", 0, 1e9))
      ->capture_default_str();
  command.add_flag(
      "--json", options->json,
      "events on standard output as they happen, an object a line: start, step (at most one a second), "
      "epoch, checkpoint, warning, and at last end, stopped or error (docs/events.md)");
  command.footer(
      "Examples:\n  margay train cats-and-dogs --recipe article --epochs 15\n  margay train pets.zip\n"
      "  margay train runs/article/manifest.csv --recipe article-regularized    (the same split again)");
  command.get_option("--recipe")
      ->default_str(
          "what suits; transfer, where the weights of the network are in MARGAY_MIRROR or the cache; "
          "else scratch");
  command.callback([options, &command, &outcome] {
    if (!options->resume.empty()) refuse_beside_resume(command);
    outcome.exit_code = run_train(*options);
  });
}

}  // namespace margay::app
