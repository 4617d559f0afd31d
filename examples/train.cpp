// Trains a recipe on a folder of pictures and saves the model: train FOLDER MODEL.safetensors [RECIPE]
// [EPOCHS]
#include <cstdio>
#include <memory>
#include <string>

#include "margay/margay_train.h"

struct PrintEpochs : margay::TrainingObserver {
  void on_epoch(const margay::run::History& history, const margay::recipe::Config&) override {
    const auto& epoch = history.back();
    std::printf("epoch %d  %.0f images/s  loss %.4f  accuracy %.4f  val_accuracy %.4f\n", epoch.epoch,
                epoch.images_per_second, epoch.loss, epoch.accuracy, epoch.val_accuracy);
    std::fflush(stdout);
  }
};

int main(int argc, char** argv) try {
  if (argc < 3) return std::puts("usage: train FOLDER MODEL.safetensors [RECIPE] [EPOCHS]"), 2;
  margay::recipe::Config config = margay::load_recipe(argc > 3 ? argv[3] : "article");
  if (argc > 4) config.training.epochs = std::stoi(argv[4]);

  margay::WorkerPool pool(margay::usable_cpus());
  const auto dataset = margay::Dataset::open(argv[1]);
  const auto data =
      std::make_shared<margay::TrainingData>(margay::TrainingData::load(dataset, config.input, pool));

  margay::Trainer trainer(config, data);
  PrintEpochs observer;
  trainer.observe(observer);
  trainer.fit();
  margay::save_model(argv[2], trainer.model());
} catch (const margay::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_code();
}
