// Trains with a loss and callbacks of one's own: custom_training FOLDER MODEL.safetensors COST
// The second of two classes costs COST times as much when it is missed: better a false alarm than none.
#include <cmath>
#include <cstdio>
#include <memory>
#include <stop_token>
#include <string>

#include "margay/margay_train.h"

/// Binary cross-entropy in which the second class counts `cost` times.
margay::CustomLoss costly_miss(double cost) {
  return [cost](const margay::LossBatch& batch, std::span<float> gradient) {
    double sum = 0;
    for (int i = 0; i < batch.size; ++i) {
      const double logit = batch.logits[i], second = batch.shares[2 * i + 1], first = batch.shares[2 * i];
      const double p = 1 / (1 + std::exp(-logit));
      sum += cost * second * std::log1p(std::exp(-logit)) + first * std::log1p(std::exp(logit));
      gradient[i] = static_cast<float>((first * p - cost * second * (1 - p)) / batch.size);
    }
    return sum / batch.size;
  };
}

/// Prints a line after each epoch, and ends the training when validation is good enough.
struct StopWhenGood : margay::TrainingObserver {
  std::stop_source stop;

  void on_step(const margay::StepSnapshot& step) override {
    if (step.step == step.steps) std::printf("%.0f s left\n", step.seconds_left);
  }
  void on_epoch(const margay::run::History& history, const margay::recipe::Config&) override {
    const auto& epoch = history.back();
    std::printf("epoch %d  loss %.4f  val_accuracy %.4f\n", epoch.epoch, epoch.loss, epoch.val_accuracy);
    if (epoch.val_accuracy > 0.9) stop.request_stop();
  }
};

int main(int argc, char** argv) try {
  if (argc != 4) return std::puts("usage: custom_training FOLDER MODEL.safetensors COST"), 2;
  margay::recipe::Config config = margay::load_recipe("article");
  config.training.epochs = 10;

  margay::WorkerPool pool(margay::usable_cpus());
  const auto dataset = margay::Dataset::open(argv[1]);
  const auto data =
      std::make_shared<margay::TrainingData>(margay::TrainingData::load(dataset, config.input, pool));
  margay::require(data->classes.size() == 2, "custom_training", "this loss is for two classes");

  margay::Trainer trainer(config, data);
  StopWhenGood observer;
  trainer.observe(observer);
  trainer.use_loss(costly_miss(std::stod(argv[3])));
  trainer.fit(observer.stop.get_token());
  margay::save_model(argv[2], trainer.model());
} catch (const margay::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_code();
}
