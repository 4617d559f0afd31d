// A search for settings: trials drawn at random, each a run directory, that can be stopped and gone on with.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "margay/analysis/sweep.h"
#include "margay/core/json.h"
#include "margay/data/dataset.h"
#include "margay/image/preprocess.h"
#include "margay/recipe/search_space.h"
#include "margay/recipe/source_config.h"
#include "margay/train/events.h"
#include "margay/train/training_data.h"
#include "margay/workflow/advice_subject.h"

namespace margay::workflow {

enum class SweepStrategy {
  random,   ///< every trial is trained to its end
  halving,  ///< see halving.h
};

/// What to try.
struct SweepRequest {
  std::string recipe;  ///< name or path
  Json document;       ///< the recipe with the settings that all trials share
  std::vector<recipe::Parameter> parameters;
  int trials = 20;
  SweepStrategy strategy = SweepStrategy::random;
  uint64_t seed = 1;  ///< of the draws
  data::Dataset dataset;
  std::string data_name;         ///< as the user typed it
  recipe::SourceConfig source;   ///< where the data set is and how it was read, for the record of each trial
  std::filesystem::path folder;  ///< trial-001, ..., sweep.json
  std::vector<std::string> command_line;
  /// Decodes the pictures of the data set. Called once for trials that follow each other with the same
  /// preprocessing, and they are put in such an order. `reserved_bytes` are for the largest step of a trial.
  std::function<std::shared_ptr<const train::TrainingData>(const image::Preprocess&, uint64_t reserved_bytes)>
      load;
  MakeWording wording;                                ///< of what the runs advise
  text::Language language = text::Language::english;  ///< of their pages
};

/// A training of a sweep that is about to begin.
struct SweepStep {
  int trial = 0;  ///< number
  const Json& settings;
  int to_epoch = 0;
  int position = 0, count = 0;  ///< of all trainings of the sweep, from 1
};

/// Watches a sweep and its trainings.
class SweepObserver : public train::TrainingObserver {
 public:
  virtual void on_trial(const SweepStep&) {}
  virtual void on_trial_end(const analysis::SweepTrial&) {}
};

/// Whether a sweep has begun in this folder: it goes on by the rules that it began with.
bool has_begun(const std::filesystem::path& folder);

/// Draws the settings of the trials and checks what needs neither pictures nor weights. Throws UsageError
/// where nothing is searched, where a trial's settings are no configuration, and for what is searched and
/// decides nothing in any trial.
std::vector<Json> draw_settings(const SweepRequest& request);

/// The same, and builds the network of each trial, before anything is written. Throws UsageError or
/// ModelError, also where the data set has no validation pictures or a trial's step takes more memory than
/// there is.
std::vector<Json> plan_trials(const SweepRequest& request);

/// Trains what has not been trained by an earlier call of the same request: `sweep.json` remembers what was
/// done, and a trial that was cut off goes on from its checkpoint. A trial whose loss is lost counts as
/// failed. Throws UsageError where the folder holds another sweep, DataError where the pictures have changed,
/// also where nothing is left to train, Interrupted when stopped, and what
/// train_in_directory throws.
analysis::Sweep run_sweep(const SweepRequest& request, SweepObserver& observer, std::stop_token stop = {});

}  // namespace margay::workflow
