// Trains one set of weights, keeps another.
#include <algorithm>
#include <optional>

#include "margay/train/callbacks/averaged_weights.h"
#include "margay/train/callbacks/callbacks.h"

namespace margay::train {
namespace {

bool has_buffers(const engine::Network& network) {
  return std::any_of(network.tensors().begin(), network.tensors().end(),
                     [](const engine::NamedTensor& tensor) { return !tensor.trained; });
}

/// Statistics that belong to other weights are worthless: takes the mean over some batches of training
/// pictures.
void estimate_batch_norm(Training& training) {
  constexpr int kMaxBatches = 64;
  if (!has_buffers(training.network) || training.config.training.batch_norm == recipe::BatchNorm::frozen)
    return;
  const at::NoGradGuard no_gradient;
  data::Batch batch;
  training.loader.start(training.progress.epoch, 0, training.picture_size());
  for (int done = 0; done < kMaxBatches && training.loader.next(batch); ++done) {
    engine::ForwardContext context = training.training_context(batch);
    context.batch_norm_momentum = 1.0 / (done + 1);
    training.forward(batch, context);
  }
}

/// The exponential moving average of the weights is measured, and becomes the model's.
class WeightAveraging : public Callback {
 public:
  void on_start(Training& training) override {
    if (!average_) average_.emplace(training.network, training.config.training.ema_decay);
  }
  void before_update(Training& training) override {
    training.step.averages = average_->step(training.optimizer->steps() + 1);
  }
  void before_validation(Training& training) override {
    use_.emplace(*average_);
    estimate_batch_norm(training);
  }
  void after_validation(Training&) override { use_.reset(); }
  /// Makes a model of the average, without measuring it.
  void on_stop(Training& training) override {
    before_validation(training);
    use_.reset();
  }
  void save(const Training&, Checkpoint& checkpoint) const override {
    checkpoint.average = average_->weights();
  }
  void restore(Training& training, const FoundCheckpoint& found) override {
    on_start(training);
    average_->set_weights(found.checkpoint.average);
  }
  std::optional<graph::Weights> kept_weights() const override {
    if (!average_) return {};
    return average_->weights();
  }

 private:
  std::optional<AveragedWeights> average_;  ///< from the start
  std::optional<AveragedWeights::Use> use_;
};

}  // namespace

std::unique_ptr<Callback> make_weight_averaging() {
  return std::make_unique<WeightAveraging>();
}

}  // namespace margay::train
