// Measures the network on the validation pictures.
#include <algorithm>
#include <chrono>

#include "margay/train/targets.h"
#include "margay/train/trainer_session.h"

namespace margay::train {
namespace {

bool has_buffers(const engine::Network& network) {
  return std::any_of(network.tensors().begin(), network.tensors().end(),
                     [](const engine::NamedTensor& tensor) { return !tensor.trained; });
}

}  // namespace

/// Of the model that would be kept, where that is not the last weights' or the best's.
Measures Trainer::Session::validate_model() {
  if (!average_) return validate();
  const AveragedWeights::Use use(*average_);
  estimate_batch_norm();
  return validate();
}

/// Makes a model of the average, where there is one, without measuring it.
void Trainer::Session::complete_average() {
  if (!average_) return;
  const AveragedWeights::Use use(*average_);
  estimate_batch_norm();
}

/// Statistics that belong to other weights are worthless: takes the mean over some batches of training
/// pictures.
void Trainer::Session::estimate_batch_norm() {
  constexpr int kMaxBatches = 64;
  if (!has_buffers(network_) || config_.training.batch_norm == recipe::BatchNorm::frozen) return;
  const at::NoGradGuard no_gradient;
  data::Batch batch;
  loader_.start(progress_.epoch, 0, size_of_epoch());
  for (int done = 0; done < kMaxBatches && loader_.next(batch); ++done) {
    engine::ForwardContext context = training_context(batch);
    context.batch_norm_momentum = 1.0 / (done + 1);
    forward(batch, context);
  }
}

/// On the validation pictures as they are, with plain cross-entropy.
Measures Trainer::Session::validate() {
  if (!validation_loader_) return {};
  const c10::InferenceMode inference;
  const auto start = std::chrono::steady_clock::now();
  ValidationScore score(data_->classes.size());
  data::Batch batch;
  validation_loader_->start(progress_.epoch);
  while (validation_loader_->next(batch))
    score.add(cross_entropy(forward(batch, {}), label_tensor(batch.labels, device_)), batch.labels);
  asking_s_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return score.measures();
}

}  // namespace margay::train
