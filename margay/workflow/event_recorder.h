// Tells TensorBoard about a training.
#pragma once

#include <functional>
#include <optional>

#include "margay/run/event_file.h"
#include "margay/run/run_directory.h"
#include "margay/train/events.h"
#include "margay/workflow/optional_output.h"

namespace margay::workflow {

/// What one epoch tells TensorBoard: "loss/train", "loss/validation", "accuracy/train",
/// "accuracy/validation", "learning_rate", "images_per_second", and further columns likewise; what was not
/// measured is left out.
std::vector<run::Scalar> scalars_of(const run::EpochRecord& record);

/// Writes an event file into a run directory: its pictures of samples as step 0, then each epoch as the step
/// of its number. A resumed training has a file of its own, which takes back what the files before tell of
/// the epochs from there on. Where the file cannot be written, `warn` hears of it once and the training goes
/// on without.
class EventRecorder : public train::TrainingObserver {
 public:
  EventRecorder(run::RunDirectory directory, bool resumed, Warn warn);

  void on_start(const train::TrainingStart& start) override;
  void on_epoch(const run::History& history, const recipe::Config&) override;

 private:
  void write(const std::function<void()>& change);
  void add_pictures();

  run::RunDirectory directory_;
  bool resumed_;
  Warn warn_;
  std::optional<run::EventFile> file_;
};

}  // namespace margay::workflow
