// A loss and a callback of one's own: cost_sensitive FOLDER MODEL.safetensors COST
// The second of two classes costs COST times as much when it is missed: better a false alarm than none.
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "margay/graph.h"
#include "margay/predict.h"
#include "margay/train.h"

/// log(1 + exp(x)) for any x: what grows is never put into exp.
double softplus(double x) {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

/// Binary cross-entropy in which the second class counts `cost` times.
margay::CustomLoss costly_miss(double cost) {
  return [cost](const margay::LossBatch& batch, std::span<float> gradient) {
    double sum = 0;
    for (int i = 0; i < batch.size; ++i) {
      const double logit = batch.logits[i], second = batch.shares[2 * i + 1], first = batch.shares[2 * i];
      const double p = 0.5 * (1 + std::tanh(0.5 * logit));  // the sigmoid
      sum += cost * second * softplus(-logit) + first * softplus(logit);
      gradient[i] = static_cast<float>((first * p - cost * second * (1 - p)) / batch.size);
    }
    return sum / batch.size;
  };
}

/// Halves the rate when the loss has grown, and ends the training when validation is good enough.
struct Watch : margay::TrainingCallback {
  double last_loss = INFINITY, factor = 1;

  void after_epoch(const margay::EpochMetrics& epoch, margay::TrainingControl& control) override {
    std::printf("epoch %d  loss %.4f  val_accuracy %.4f\n", epoch.epoch, epoch.loss, epoch.val_accuracy);
    if (epoch.loss > last_loss) control.scale_learning_rate(factor /= 2);
    if (epoch.val_accuracy > 0.95) control.stop();
    last_loss = epoch.loss;
  }
};

int main(int argc, char** argv) try {
  if (argc != 4) return std::puts("usage: cost_sensitive FOLDER MODEL.safetensors COST"), 2;
  const double cost = std::strtod(argv[3], nullptr);
  if (!(cost > 0)) return std::puts("COST is a number above 0"), 2;
  const margay::PictureFiles pictures(argv[1]);
  margay::Trainer trainer(margay::recipe_network("article", 2), pictures,
                          {.epochs = 10, .custom_loss = costly_miss(cost)});
  Watch watch;
  trainer.add(watch);
  trainer.fit();
  margay::save_model(argv[2], trainer.model());
} catch (const margay::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_code();
}
