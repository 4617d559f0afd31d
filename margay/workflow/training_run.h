// A training that leaves a complete run directory.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "margay/analysis/decision.h"
#include "margay/analysis/diagnosis.h"
#include "margay/analysis/next_steps.h"
#include "margay/core/json.h"
#include "margay/core/progress.h"
#include "margay/data/dataset.h"
#include "margay/predict/evaluation.h"
#include "margay/recipe/config.h"
#include "margay/run/folder_lock.h"
#include "margay/run/run_directory.h"
#include "margay/train/trainer.h"
#include "margay/workflow/advice_subject.h"

namespace margay::workflow {

/// What to train, and where to write it.
struct TrainingRequest {
  recipe::Config config;
  data::Dataset dataset;
  std::shared_ptr<const train::TrainingData> data;  ///< of the dataset, fitted as config.input says
  std::string
      data_name;  ///< as the user typed it, for commands to try; empty: the path in config.source.data
  /// How config.source.data is opened, where a run that goes on looks for pictures that are new.
  data::OpenOptions open = {};
  run::RunDirectory directory;
  std::shared_ptr<const run::FolderLock> lock;  ///< of the directory; none: it is taken while training
  run::ExistingRun existing = run::ExistingRun::refuse;  ///< what to do with a run that is not resumed
  bool resume = false;  ///< go on from the directory's checkpoint, or anew where it ended before the first
  /// A run that is resumed is to be trained further: it is refused, as it is, where nothing is left to train.
  bool asks_for_more = false;
  /// Go on although the pictures are not those that the run began with.
  bool accept_changed_data = false;
  /// What to do where it cannot, instead of what is advised about a run of its own: a sentence without a
  /// stop.
  std::string advice_on_changes;
  double checkpoint_interval_s = 60;
  /// When config.budget's time began to run; nothing: with the training.
  std::optional<std::chrono::steady_clock::time_point> started;
  std::optional<int> halt_after_epoch;                ///< as if stopped there, so that it can go on later
  std::vector<std::string> command_line;              ///< for the record
  MakeWording wording;                                ///< of the pages and of what is advised
  text::Language language = text::Language::english;  ///< of the pages
  std::vector<analysis::Decision> decisions;  ///< of whoever made the request, which nobody has asked for
};

/// What a training that was stopped can go on with.
enum class Saved {
  everything,  ///< that it has learned
  features,    ///< those that were computed; no head has been fitted yet
  nothing,     ///< it was stopped while the head was fitted that its steps begin with
};

std::string_view name_of(Saved saved);

/// What came of it.
struct TrainingRun {
  recipe::Config config;  ///< everything decided
  run::RunDirectory directory;
  train::TrainingResult result;
  Saved saved = Saved::everything;
  AdviceSubject subject;  ///< of all advice
  analysis::Diagnosis diagnosis;
  std::vector<analysis::NextStep> next_steps;  ///< what to do with the model
  std::vector<analysis::Decision> decisions;   ///< that nobody has asked for
  predict::Evaluation
      evaluation;  ///< of the kept weights, in float32, on the validation pictures; empty without them
  std::vector<std::vector<double>> probabilities;  ///< [validation pictures][classes], behind `evaluation`
};

/// How a run is spoken about, as the request says.
std::shared_ptr<const text::Wording> wording_of(const TrainingRequest& request, const TrainingRun& run,
                                                text::Language language = text::Language::english);

/// Trains and writes every file of the run directory, those that grow after each epoch. When stopped,
/// everything but the evaluation is there for the epochs that were done. Pictures, pages and event files that
/// cannot be written are a warning to the observers. Errors as of Trainer, of FolderLock and
/// RunDirectory::create, IoError; DataError where a run that goes on finds other pictures; what was written
/// before stays, and a folder that was made for nothing does not.
TrainingRun train_in_directory(const TrainingRequest& request,
                               std::span<train::TrainingObserver* const> observers, std::stop_token stop);

/// The outcome of a run that has ended before, from its files and the request's pictures. Trains nothing.
/// Throws FormatError, ModelError or IoError.
TrainingRun read_run(const TrainingRequest& request);

}  // namespace margay::workflow
