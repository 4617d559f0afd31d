// Hands on to the trainer what the request says.
#include "margay/workflow/methods/all_layers.h"

namespace margay::workflow {

AllLayers::AllLayers(const MethodRequest& request)
    : trainer_(request.training.config, request.training.data) {
  const TrainingRequest& training = request.training;
  for (train::TrainingObserver* observer : request.observers) trainer_.observe(*observer);
  trainer_.keep_checkpoint(training.directory.checkpoint(), training.checkpoint_interval_s);
  if (training.started) trainer_.count_time_from(*training.started);
  if (training.halt_after_epoch) trainer_.halt_after(*training.halt_after_epoch);
  if (request.goes_on) trainer_.resume(training.directory.checkpoint());
}

std::optional<model::Model> AllLayers::train(TrainingRun& run, std::stop_token stop) {
  run.result = trainer_.fit(std::move(stop));
  return trainer_.model();
}

std::unique_ptr<Method> make_all_layers(const MethodRequest& request) {
  return std::make_unique<AllLayers>(request);
}

}  // namespace margay::workflow
