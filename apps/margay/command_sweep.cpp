// margay sweep: trains with many settings and says which is best.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "apps/margay/advised_commands.h"
#include "apps/margay/command.h"
#include "apps/margay/console.h"
#include "apps/margay/drawing.h"
#include "apps/margay/number_options.h"
#include "apps/margay/recipe_choice.h"
#include "apps/margay/training_console.h"
#include "apps/margay/training_options.h"
#include "apps/margay/unknown_option.h"
#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/shell_word.h"
#include "margay/plot/sweep_plot.h"
#include "margay/recipe/changed_document.h"
#include "margay/run/output_folder.h"
#include "margay/run/run_directory.h"
#include "margay/text/format_sweep.h"
#include "margay/text/phrases.h"
#include "margay/train/decide.h"
#include "margay/workflow/sweep.h"

namespace margay::app {
namespace {

namespace fs = std::filesystem;

struct SweepOptions : TrainingOptions {
  int trials = 20;
  std::string strategy = "random";
  std::string out;
};

/// A line per trial, and on a terminal where it is.
class SweepConsole : public workflow::SweepObserver {
 public:
  explicit SweepConsole(bool quiet) : quiet_(quiet), progress_(console_progress(quiet)) {}

  void on_trial(const workflow::SweepStep& step) override {
    title_ = fmt::format("trial {} ({} of {})", step.trial, step.position, step.count);
    settings_ = analysis::describe_settings(step.settings);
  }

  /// Once, and again where trials begin with other weights.
  void on_start(const train::TrainingStart& start) override {
    const std::string text = format_pretrained(start.pretrained);
    if (!quiet_ && text != weights_) print_err("{}", text);
    weights_ = text;
  }

  /// Once, for trials have much in common.
  void on_warning(const std::string& warning) override {
    if (std::ranges::find(warnings_, warning) != warnings_.end()) return;
    warnings_.push_back(warning);
    print_err("warning: {}\n", warning);
  }
  const std::vector<std::string>& warnings() const { return warnings_; }

  void on_step(const train::StepSnapshot& snapshot) override {
    if (progress_)
      progress_({fmt::format("{}, epoch {}", title_, snapshot.epoch), static_cast<uint64_t>(snapshot.step),
                 static_cast<uint64_t>(snapshot.steps), "steps"});
  }

  void on_trial_end(const analysis::SweepTrial& trial) override {
    if (quiet_) return;
    const std::string outcome =
        trial.failure.empty() && trial.result
            ? fmt::format("{} after {}", text::percent_1(trial.result->kept_val_accuracy),
                          counted(trial.result->epochs, "epoch"))
            : "failed";
    print_err("{}: {}: {}\n", title_, settings_, outcome);
  }

 private:
  bool quiet_;
  ProgressObserver progress_;
  std::string title_, settings_, weights_;
  std::vector<std::string> warnings_;
};

/// Ranges and lists among the settings are searched; the others hold for every trial.
std::vector<recipe::Parameter> take_parameters(SweepOptions& options) {
  std::vector<recipe::Parameter> parameters;
  std::vector<std::string> fixed;
  for (const std::string& setting : options.changes.settings) {
    const auto parameter = recipe::parse_parameter(setting);
    if (!parameter) {
      fixed.push_back(setting);
      continue;
    }
    parameters.push_back(*parameter);
  }
  options.changes.settings = fixed;
  return parameters;
}

void print_plan(const workflow::SweepRequest& request, size_t trials) {
  print_err("{}, {}, into {}\n", counted(static_cast<int64_t>(trials), "trial"),
            request.strategy == workflow::SweepStrategy::random ? "random search" : "successive halving",
            request.folder.string());
  if (trials < static_cast<size_t>(request.trials))
    print_err("there are no {} different trials\n", request.trials);
  for (const recipe::Parameter& parameter : request.parameters)
    print_err("  {}: {}\n", parameter.key, parameter.describe());
}

/// A value that no trial could have is refused before the first: the ends of ranges, and all of a list.
void check_values(const Json& document, std::span<const recipe::Parameter> parameters,
                  const std::string& where) {
  for (const recipe::Parameter& parameter : parameters) {
    std::vector<Json> values = parameter.choices;
    if (values.empty() && parameter.whole)
      values = {static_cast<int64_t>(parameter.low), static_cast<int64_t>(parameter.high)};
    else if (values.empty())
      values = {parameter.low, parameter.high};
    for (const Json& value : values)
      recipe::read_changed(recipe::with_settings(document, {{parameter.key, value}}), where, {parameter.key});
  }
}

/// Weights may say how pictures are prepared, and how large they are bounds the sizes of training.
bool depends_on_weights(const recipe::Parameter& parameter) {
  return parameter.key.starts_with("input.") || parameter.key == "schedule.sizes";
}

/// What the settings alone say makes no sense is refused before weights are looked for.
void check_search(const SweepOptions& options, std::vector<recipe::Parameter> parameters) {
  const bool searches = !parameters.empty();
  std::erase_if(parameters, depends_on_weights);
  if (searches && parameters.empty()) return;
  workflow::SweepRequest request;
  request.recipe = options.recipe;
  request.document = compose_without_weights(options);
  request.parameters = std::move(parameters);
  request.trials = options.trials;
  request.seed = recipe::Config::from_document(request.document, options.recipe).training.seed;
  check_values(request.document, request.parameters, options.recipe);
  workflow::draw_settings(request);
}

/// `options` are those that hold for every trial.
workflow::SweepRequest make_request(const SweepOptions& options, std::vector<recipe::Parameter> parameters,
                                    WorkerPool& pool, std::stop_token stop) {
  workflow::SweepRequest request;
  request.wording = make_command_words;
  request.language = text::language_of_locale();
  request.parameters = std::move(parameters);
  request.recipe = options.recipe;
  request.document = compose_document(options);
  for (const std::string& key : given_keys(options))
    require(std::ranges::find(request.parameters, key, &recipe::Parameter::key) == request.parameters.end(),
            "sweep", fmt::format("{} is searched, and given by an option", key), "leave one of them out");
  // The recorded length of a run is that of its own epochs.
  if (std::ranges::find(request.parameters, "training.epochs", &recipe::Parameter::key) !=
      request.parameters.end())
    request.document.erase("recorded_length");
  check_values(request.document, request.parameters, options.recipe);
  request.trials = options.trials;
  request.seed = recipe::Config::from_document(request.document, options.recipe).training.seed;
  if (options.strategy == "halving") request.strategy = workflow::SweepStrategy::halving;
  request.folder =
      options.out.empty() ? fs::path("sweeps") / fs::path(options.recipe).stem() : fs::path(options.out);
  run::require_folder_of_ours(
      request.folder,
      [](const fs::path& entry) { return entry.filename() == "sweep.json" || run::is_run_of_sweep(entry); },
      "sweep");
  request.dataset = open_split(options, pool, stop);
  request.data_name = options.data.data;
  request.source = source_of(options);
  request.command_line = command_line();
  request.load = [options, &pool, stop, dataset = request.dataset](const image::Preprocess& spec,
                                                                   uint64_t reserved_bytes) {
    return load_pictures(options, dataset, spec, reserved_bytes, pool, stop);
  };
  return request;
}

/// Returns the paths of what was written.
Json write_files(const analysis::Sweep& sweep, const fs::path& folder) {
  const fs::path csv = folder / "trials.csv", png = folder / "sweep.png", svg = folder / "sweep.svg";
  write_file_atomically(csv, analysis::to_csv(sweep));
  if (sweep.best() == nullptr) return {csv.string()};
  if (!draw_or_warn([&] { plot::write_sweep_plot(sweep, png, svg); })) return {csv.string()};
  return {csv.string(), png.string(), svg.string()};
}

/// A search that found nothing has not done what it was asked for.
int exit_code_of(const analysis::Sweep& sweep) {
  return sweep.best() != nullptr ? 0 : ModelError("sweep", "").exit_code();
}

int sweep(SweepOptions options) {
  const std::stop_token stop = stop_on_signals();
  choose_recipe(options, RecipeUse::steps);
  std::vector<recipe::Parameter> parameters = take_parameters(options);
  check_search(options, parameters);
  WorkerPool pool(train::decide(compose_config(options)).training.threads);
  SweepConsole console(options.is_quiet());
  for (const std::string& sentence : unused_in_files(options)) console.on_warning(sentence);
  const workflow::SweepRequest request = make_request(options, std::move(parameters), pool, stop);
  const size_t trials = workflow::plan_trials(request).size();
  announce_recipe(options);
  print_understood(request.dataset, options.data.verbose, options.is_quiet());
  if (!options.is_quiet()) print_plan(request, trials);
  const analysis::Sweep outcome = workflow::run_sweep(request, console, stop);
  const Json files = write_files(outcome, request.folder);
  if (options.json) {
    Json document = analysis::to_json(outcome);
    document["files"] = files;
    document["warnings"] = console.warnings();
    print_out("{}\n", format_json(document, 2));
    return exit_code_of(outcome);
  }
  const analysis::SweepTrial* best = outcome.best();
  print_out("{}\n",
            text::format_sweep(
                outcome, best ? fmt::format("margay evaluate {} DATA", shell_word(best->result->path)) : ""));
  for (const Json& file : files) print_out("{}\n", file.get<std::string>());
  return exit_code_of(outcome);
}

}  // namespace

void add_sweep(CLI::App& command, Outcome& outcome) {
  auto options = std::make_shared<SweepOptions>();
  add_training_options(command, *options, SettingOptions::searched);
  command.get_option("DATA")->required();
  command.get_option("--set")->description(
      "a setting, as in 'margay train'; with a range (optimizer.lr=1e-4..1e-2) or a list "
      "(training.batch_size=32,64,128) it is searched. Ranges that span ten times or more are drawn "
      "logarithmically; settings that count something stay whole; commas inside quotes belong to a value; "
      "may "
      "be repeated. The same goes for --lr, --batch-size and --optimizer");
  command.add_option("--trials", options->trials, "how many settings are drawn; all differ")
      ->check(whole_number("--trials", 1, 100'000))
      ->capture_default_str();
  command
      .add_option("--strategy", options->strategy,
                  "random: every trial is trained to its end; halving: the better half goes on for twice the "
                  "epochs, again and again")
      ->check(one_of("--strategy", {"random", "halving"}))
      ->capture_default_str();
  command.add_option("--out", options->out, "folder of the trials (default: sweeps/RECIPE)");
  command.add_flag("--json", options->json, "print one JSON document instead of tables");
  command.footer(
      "Examples:\n"
      "  margay sweep pets --recipe article --lr 1e-4..1e-2 --batch-size 32,64,128\n"
      "  margay sweep pets --set optimizer.lr=1e-5..1e-1 --strategy halving --trials 32 --epochs 16\n"
      "Each trial is a run directory, so that compare, watch and evaluate work on it. After Ctrl-C or a "
      "crash the\n"
      "same command goes on and trains nothing twice; with more --trials it adds to a random search. At the "
      "end:\n"
      "a table, trials.csv, and sweep.png with the accuracy over each searched setting.");
  command.callback([options, &outcome] { outcome.exit_code = sweep(*options); });
}

}  // namespace margay::app
