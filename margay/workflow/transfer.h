// A head for the features of a frozen network, fitted to convergence: seconds instead of epochs.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>

#include "margay/core/progress.h"
#include "margay/graph/weights.h"
#include "margay/head/fit.h"
#include "margay/recipe/config.h"
#include "margay/train/events.h"
#include "margay/train/training_data.h"
#include "margay/workflow/features.h"

namespace margay::workflow {

/// How fitting a head is watched, stopped, and continued.
struct HeadOptions {
  ProgressObserver progress = {};
  std::stop_token stop = {};
  /// Where computed features are kept when stopped, and every so often; empty: nowhere.
  std::filesystem::path checkpoint = {};
  double checkpoint_interval_s = 60;
  std::function<void(size_t done)> on_checkpoint = {};
};

/// A network that is to get a head: its weights, and the features that are done.
struct HeadStart {
  graph::Weights weights;               ///< of the whole network
  train::PretrainedWeights pretrained;  ///< where they came from; of a resumed fit nothing
  Features features;
};

/// A network with a fitted head.
struct HeadFit {
  graph::Weights weights;  ///< of the whole network
  head::FittedHead head;
  double seconds = 0;            ///< of all of it
  double images_per_second = 0;  ///< of the features
};

/// The network of a decided configuration with the weights that it names. Throws what
/// weights::resolve_weights, read_weights and transfer throw.
HeadStart begin_head(const recipe::Config& config, const train::TrainingData& data);

/// The same, going on with the features of a checkpoint. Throws FormatError or IoError, and UsageError where
/// they were computed with other settings.
HeadStart resume_head(const recipe::Config& config, const train::TrainingData& data,
                      const std::filesystem::path& checkpoint);

/// Computes the features of the training pictures and fits the last layer to them, as config.head,
/// training.balance and training.seed say; everything has been decided (train::decide). Throws ModelError
/// where the last layer is not linear, DataError where memory does not suffice, Interrupted when stopped.
HeadFit fit_head(const recipe::Config& config, const train::TrainingData& data, HeadStart start,
                 const HeadOptions& options = {});

}  // namespace margay::workflow
