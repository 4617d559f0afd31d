// What differs between the ways to train. What they have in common is in workflow/training_run.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "margay/model/model.h"
#include "margay/workflow/observers.h"
#include "margay/workflow/training_run.h"

namespace margay::workflow {

/// One way to train the network of a request. It writes nothing into the run directory but checkpoints.
class Method {
 public:
  virtual ~Method() = default;

  /// Everything decided; after `train` with what it has decided on the way.
  virtual const recipe::Config& config() const = 0;
  /// The epochs that are done, also when `train` has thrown.
  virtual const run::History& history() const = 0;
  /// Why `train` will train nothing; nothing where something is left to train.
  virtual std::optional<train::Ending> ending() const { return {}; }
  /// Trains, and fills in what came of it: run.result, run.saved, and what it knows besides. Nothing where it
  /// was stopped before there was a model. Throws what Trainer::fit and fit_head throw.
  virtual std::optional<model::Model> train(TrainingRun& run, std::stop_token stop) = 0;
  /// The model is written.
  virtual void finish() {}
};

/// What a method is made for.
struct MethodRequest {
  const TrainingRequest& training;
  std::vector<train::TrainingObserver*> observers;
  bool goes_on = false;  ///< from the checkpoint in the directory
};

/// That of training.config.training.method, at its start or where it goes on. Throws what Trainer, its
/// `resume`, begin_head and resume_head throw.
std::unique_ptr<Method> make_method(const MethodRequest& request);

/// The ways to train, one a file.
std::unique_ptr<Method> make_all_layers(const MethodRequest& request);
std::unique_ptr<Method> make_linear_probe(const MethodRequest& request);
std::unique_ptr<Method> make_probe_then_finetuning(const MethodRequest& request);

}  // namespace margay::workflow
