// Runs the trials of a sweep and remembers which were done.
#include "margay/workflow/sweep.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "margay/analysis/config_differences.h"
#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/file_system.h"
#include "margay/core/number_text.h"
#include "margay/core/option_text.h"
#include "margay/image/preprocess_json.h"
#include "margay/recipe/unused_keys.h"
#include "margay/run/recorded_data.h"
#include "margay/text/phrases.h"
#include "margay/train/step_memory.h"
#include "margay/workflow/halving.h"
#include "margay/workflow/run_data.h"
#include "margay/workflow/training_run.h"

namespace margay::workflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWhere = "sweep";
constexpr const char* kFileName = "sweep.json";
constexpr int kNoLimit = std::numeric_limits<int>::max();

recipe::Config config_of(const SweepRequest& request, const Json& settings) {
  recipe::Config config =
      recipe::Config::from_document(recipe::with_settings(request.document, settings), request.recipe);
  config.source = request.source;
  config.source.recipe = request.recipe;
  if (config.source.data.empty()) config.source.data = request.dataset.root;
  config.network.has_begun = has_begun(request.folder);
  return config;
}

/// Throws where there is not so much.
uint64_t step_memory_of(const SweepRequest& request, const recipe::Config& trial) {
  return train::require_step_memory(trial, request.dataset);
}

std::vector<Rung> rungs_of(const SweepRequest& request, int trials) {
  if (request.strategy == SweepStrategy::random) return {{trials, kNoLimit}};
  return halving_rungs(trials,
                       recipe::Config::from_document(request.document, request.recipe).training.epochs);
}

/// A setting that decides nothing in any trial makes trials that are all alike.
void require_searched_are_used(const SweepRequest& request, const std::vector<recipe::Config>& trials) {
  for (const recipe::Parameter& parameter : request.parameters) {
    const bool is_used = std::ranges::any_of(trials, [&](const recipe::Config& trial) {
      const auto unused = recipe::unused_keys(trial);
      return std::ranges::find(unused, parameter.key, &recipe::UnusedKey::key) == unused.end();
    });
    if (!is_used) recipe::require_used(trials.front(), {parameter.key}, kWhere);
  }
}

/// What a trial has come to, as sweep.json has it.
struct Outcome {
  int epochs = 0;  ///< that it was trained up to
  std::string failure;
};

/// sweep.json: what was asked for, and what has been done of it.
class SweepFile {
 public:
  /// Throws UsageError where the file is there and is about something else.
  SweepFile(const SweepRequest& request, size_t trials) : path_(request.folder / kFileName) {
    asked_ = {{"recipe", request.recipe},
              {"data", request.dataset.root.string()},
              {"split", request.dataset.layout},
              {"strategy", request.strategy == SweepStrategy::random ? "random" : "halving"},
              {"seed", request.seed},
              {"settings", request.document},
              {"search", Json::object()}};
    for (const recipe::Parameter& parameter : request.parameters)
      asked_["search"][parameter.key] = parameter.describe();
    // More trials of a random search are the same and some more; halving goes by their number.
    if (request.strategy == SweepStrategy::halving) asked_["trials"] = trials;
    if (path_exists(path_)) read();
    const auto most = outcomes_.empty() ? 0 : static_cast<size_t>(outcomes_.rbegin()->first);
    require(
        most <= trials, kWhere,
        fmt::format("{} holds {} already, and the results of a sweep of {} would leave some out",
                    path_.parent_path().string(), counted(static_cast<int64_t>(most), "trial"), trials),
        option_text("trials", std::to_string(most)) + " or more; or choose another folder with `out`"_worded);
  }

  const Outcome* find(int trial) const {
    const auto found = outcomes_.find(trial);
    return found == outcomes_.end() ? nullptr : &found->second;
  }

  void record(int trial, Outcome outcome) {
    outcomes_[trial] = std::move(outcome);
    write();
  }

  /// For who names the sweep and means its best trial.
  void name_best(int trial) {
    best_ = trial;
    write();
  }

  void remove() const {
    std::error_code refused;
    fs::remove(path_, refused);
  }

  void write() const {
    Json document{{"asked", asked_}, {"done", Json::array()}};
    for (const auto& [trial, outcome] : outcomes_)
      document["done"].push_back(
          {{"trial", trial}, {"epochs", outcome.epochs}, {"failure", outcome.failure}});
    if (best_ > 0) document["best"] = best_;
    write_file_atomically(path_, format_json(document, 2) + "\n");
  }

 private:
  void read() {
    constexpr std::string_view kSettings = "settings.";
    const std::string where = path_.string();
    const Json document = parse_json(read_text_file(path_), where);
    const Json found = json_value<Json>(document, "asked", where);
    std::vector<std::string> keys;
    for (const analysis::ConfigDifference& difference :
         analysis::config_differences(std::array{found, asked_}))
      if (difference.key != "settings.training.seed")  // follows the sweep's
        keys.push_back(difference.key.substr(difference.key.starts_with(kSettings) ? kSettings.size() : 0));
    require(
        keys.empty(), kWhere,
        fmt::format("{} holds another sweep, with another {}", path_.parent_path().string(), joined(keys)),
        "choose another folder with `out`"_worded);
    for (const Json& done : json_value<Json>(document, "done", where))
      outcomes_[json_value<int>(done, "trial", where)] = {json_value<int>(done, "epochs", where),
                                                          json_value<std::string>(done, "failure", where)};
  }

  fs::path path_;
  int best_ = 0;  ///< trial; 0: not all are done
  Json asked_;
  std::map<int, Outcome> outcomes_;
};

/// The run of a trial, read back.
std::optional<analysis::RunResult> read_result(const run::RunDirectory& directory, const Json& document,
                                               run::History& history) {
  if (!path_exists(directory.history_jsonl())) return std::nullopt;
  history = run::read_history(directory.history_jsonl());
  if (history.empty()) return std::nullopt;
  analysis::ComparedRun run{directory.root, document, history, {}};
  if (path_exists(directory.predictions())) run.predictions = run::read_predictions(directory.predictions());
  return analysis::result_of(run, directory.root.filename().string());
}

class Sweeper {
 public:
  Sweeper(const SweepRequest& request, SweepObserver& observer, std::stop_token stop)
      : request_(request),
        observer_(observer),
        stop_(std::move(stop)),
        settings_(plan_trials(request)),
        rungs_(rungs_of(request, static_cast<int>(settings_.size()))),
        lock_(request.folder),
        file_(request, settings_.size()) {
    for (const Json& settings : settings_) {
      configs_.push_back(config_of(request, settings));
      step_bytes_ = std::max(step_bytes_, step_memory_of(request, configs_.back()));
    }
    for (const Rung& rung : rungs_) trainings_ += rung.trials;
  }

  analysis::Sweep run() {
    file_.write();
    std::vector<size_t> trials(settings_.size());
    std::iota(trials.begin(), trials.end(), size_t{0});
    try {
      for (const Rung& rung : rungs_) {
        keep_best(trials, static_cast<size_t>(rung.trials));
        for (const size_t trial : in_order_of_input(trials)) train(trial, rung.epochs);
      }
      // Trials that are all done need no pictures, but what is said of them is said of those.
      if (data_ == nullptr) (void)pictures_for(configs_.front().input);
    } catch (...) {
      remove_if_empty();
      throw;
    }
    analysis::Sweep sweep;
    for (size_t trial = 0; trial < settings_.size(); ++trial) {
      sweep.trials.push_back(outcome_of(trial));
      warn_of_more_epochs(trial, sweep.trials.back().history);
    }
    if (const analysis::SweepTrial* best = sweep.best()) file_.name_best(best->number);
    return sweep;
  }

 private:
  /// A sweep that has come to no trial leaves no folder.
  void remove_if_empty() const {
    for (size_t trial = 0; trial < settings_.size(); ++trial)
      if (path_exists(directory_of(trial).root)) return;
    file_.remove();
  }

  /// Of a trial that somebody has resumed by itself.
  void warn_of_more_epochs(size_t trial, const run::History& history) const {
    const int asked = configs_[trial].training.epochs;
    if (history.empty() || history.back().epoch <= asked) return;
    observer_.on_warning(
        fmt::format("trial {} was trained up to epoch {}, beyond the {} of the sweep: that it "
                    "is better than others may be for that",
                    number_of(trial), history.back().epoch, asked));
  }

  static int number_of(size_t trial) { return static_cast<int>(trial) + 1; }

  run::RunDirectory directory_of(size_t trial) const {
    return {request_.folder / fmt::format("trial-{:03}", number_of(trial))};
  }

  analysis::SweepTrial outcome_of(size_t trial) const {
    analysis::SweepTrial made{.number = number_of(trial), .settings = settings_[trial]};
    made.result = read_result(directory_of(trial), configs_[trial].to_document(), made.history);
    const Outcome* outcome = file_.find(made.number);
    if (outcome == nullptr) return made;
    made.failure = outcome->failure;
    made.complete = made.failure.empty() && made.result && outcome->epochs >= configs_[trial].training.epochs;
    return made;
  }

  void keep_best(std::vector<size_t>& trials, size_t count) const {
    if (trials.size() <= count) return;
    std::map<size_t, analysis::SweepTrial> outcomes;
    for (const size_t trial : trials) outcomes.emplace(trial, outcome_of(trial));
    std::ranges::stable_sort(
        trials, [&](size_t a, size_t b) { return analysis::is_better(outcomes.at(a), outcomes.at(b)); });
    trials.resize(count);
  }

  /// Trials with the same preprocessing follow each other.
  std::vector<size_t> in_order_of_input(std::vector<size_t> trials) const {
    std::map<std::string, size_t> first;
    const auto group = [&](size_t trial) { return image::to_json(configs_[trial].input).dump(); };
    std::ranges::sort(trials);
    for (const size_t trial : trials) first.emplace(group(trial), trial);
    std::ranges::stable_sort(trials, {}, [&](size_t trial) { return first.at(group(trial)); });
    return trials;
  }

  /// Whether the trial has nothing more to do in a rung up to `epochs`.
  bool is_done(size_t trial, int epochs) const {
    const Outcome* outcome = file_.find(number_of(trial));
    if (outcome == nullptr) return false;
    return !outcome->failure.empty() ||
           (outcome->epochs >= epochs && path_exists(directory_of(trial).history_jsonl()));
  }

  void train(size_t trial, int rung_epochs) {
    ++position_;
    const int epochs = std::min(configs_[trial].training.epochs, rung_epochs);
    if (is_done(trial, epochs)) return;
    observer_.on_trial({number_of(trial), settings_[trial], epochs, position_, trainings_});
    Outcome outcome{epochs, {}};
    try {
      const TrainingRun run = train_up_to(trial, epochs);
      require<Interrupted>(!run.result.stopped || !stop_.stop_requested(), kWhere,
                           run.saved == Saved::nothing ? "stopped; of this trial nothing is kept yet"
                                                       : "stopped; everything learned is kept",
                           "the same command goes on");
    } catch (const train::NotFiniteError& error) {
      outcome.failure = error.what();
    }
    file_.record(number_of(trial), outcome);
    observer_.on_trial_end(outcome_of(trial));
  }

  TrainingRun train_up_to(size_t trial, int epochs) {
    TrainingRequest request;
    request.wording = request_.wording;
    request.language = request_.language;
    request.config = configs_[trial];
    request.dataset = request_.dataset;
    request.data = pictures_for(request.config.input);
    request.data_name = request_.data_name;
    request.directory = directory_of(trial);
    request.command_line = request_.command_line;
    request.halt_after_epoch = epochs;
    request.resume = path_exists(request.directory.checkpoint());
    request.advice_on_changes = "begin anew in another folder with `out`"_worded;
    request.existing = run::ExistingRun::replace;
    train::TrainingObserver* observers[] = {&observer_};
    return train_in_directory(request, observers, stop_);
  }

  std::shared_ptr<const train::TrainingData> pictures_for(const image::Preprocess& spec) {
    const std::string key = image::to_json(spec).dump();
    if (key == loaded_) return data_;
    data_.reset();  // before others take its place in memory
    data_ = request_.load(spec, step_bytes_);
    loaded_ = key;
    require_same_pictures();
    return data_;
  }

  /// Trials that were measured on others could not be ranked together.
  void require_same_pictures() {
    for (size_t trial = 0; trial < settings_.size(); ++trial) {
      const run::RunDirectory directory = directory_of(trial);
      if (!path_exists(directory.manifest())) continue;
      if (!run::RecordedData::read(directory).is_known())
        observer_.on_warning(fmt::format(
            "whether the pictures are those of {} is not known: its manifest has no hashes of them",
            directory.root.string()));
      const run::DataChanges changes = changes_since_run(directory, *data_);
      require<DataError>(
          changes.empty(), kWhere,
          fmt::format("the pictures are not those of {}: {}", directory.root.string(), changes.describe()),
          "put them back as they were, or begin anew in another folder with `out`"_worded);
      return;  // the other trials had those of this one
    }
  }

  const SweepRequest& request_;
  SweepObserver& observer_;
  std::stop_token stop_;
  std::vector<Json> settings_;
  std::vector<Rung> rungs_;
  run::FolderLock lock_;
  SweepFile file_;
  std::vector<recipe::Config> configs_;
  uint64_t step_bytes_ = 0;  ///< of the trial that takes the most
  int trainings_ = 0, position_ = 0;
  std::string loaded_;  ///< the preprocessing of data_
  std::shared_ptr<const train::TrainingData> data_;
};

}  // namespace

bool has_begun(const fs::path& folder) {
  return !folder.empty() && path_exists(folder / kFileName);
}

std::vector<Json> draw_settings(const SweepRequest& request) {
  require(request.trials >= 1, kWhere,
          fmt::format("the number of trials is {}; expected 1 or more", request.trials));
  require(!request.parameters.empty(), kWhere, "there is nothing to search",
          "give a range or a list: `optimizer.lr=1e-4..1e-2`, `training.batch_size=32,64,128`"_worded);
  std::vector<Json> settings = recipe::draw_trials(request.parameters, request.trials, request.seed);
  std::vector<recipe::Config> configs;
  for (const Json& trial : settings) configs.push_back(config_of(request, trial));
  require_searched_are_used(request, configs);
  return settings;
}

std::vector<Json> plan_trials(const SweepRequest& request) {
  std::vector<Json> settings = draw_settings(request);
  (void)request.dataset.split("train");
  require(request.dataset.has_split("validation"), kWhere, "there are no validation pictures to choose by",
          request.dataset.holds_none_back ? "no class has two different pictures, of which one could be held "
                                            "back: add some, or a folder named validation"
                                          : "hold some back with `validation=0.2`"_worded);
  require(recipe::Config::from_document(request.document, request.recipe).budget.seconds == 0, kWhere,
          "all trials of a sweep have the same epochs, and budget.seconds gives each as many as there is "
          "time for",
          "`budget.seconds=0`"_worded);
  for (const recipe::Parameter& parameter : request.parameters)
    require(request.strategy == SweepStrategy::random || parameter.key != "training.epochs", kWhere,
            "successive halving decides the epochs itself",
            "search training.epochs with `strategy=random`"_worded);
  for (const Json& trial : settings) {
    const recipe::Config config = config_of(request, trial);
    recipe::build_network(config, static_cast<int>(request.dataset.classes.size()));
    (void)step_memory_of(request, config);
  }
  return settings;
}

analysis::Sweep run_sweep(const SweepRequest& request, SweepObserver& observer, std::stop_token stop) {
  return Sweeper(request, observer, std::move(stop)).run();
}

}  // namespace margay::workflow
