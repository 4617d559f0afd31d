// Trains all layers, step by step.
#pragma once

#include "margay/train/trainer.h"
#include "margay/workflow/methods/method.h"

namespace margay::workflow {

/// What train::Trainer does.
class AllLayers : public Method {
 public:
  explicit AllLayers(const MethodRequest& request);

  const recipe::Config& config() const override { return trainer_.config(); }
  const run::History& history() const override { return trainer_.history(); }
  std::optional<train::Ending> ending() const override { return trainer_.ending(); }
  std::optional<model::Model> train(TrainingRun& run, std::stop_token stop) override;

 protected:
  train::Trainer& trainer() { return trainer_; }

 private:
  train::Trainer trainer_;
};

}  // namespace margay::workflow
