// Trains by a recipe on a folder of pictures and saves the model: train FOLDER MODEL.safetensors [RECIPE]
// [EPOCHS]
#include "margay/train.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "margay/graph.h"
#include "margay/predict.h"

int main(int argc, char** argv) try {
  if (argc < 3) return std::puts("usage: train FOLDER MODEL.safetensors [RECIPE] [EPOCHS]"), 2;
  const std::string recipe = argc > 3 ? argv[3] : "article";
  const margay::PictureFiles pictures(argv[1]);
  const int classes = static_cast<int>(margay::classes_of(pictures).size());

  margay::TrainingOptions options = margay::recipe_options(recipe);
  if (argc > 4) options.epochs = std::atoi(argv[4]);
  options.on_epoch = [](const margay::EpochMetrics& epoch, margay::TrainingControl&) {
    std::printf("epoch %d  %.0f images/s  loss %.4f  accuracy %.4f  val_accuracy %.4f\n", epoch.epoch,
                epoch.images_per_second, epoch.loss, epoch.accuracy, epoch.val_accuracy);
    std::fflush(stdout);
  };
  const auto network = margay::recipe_network(recipe, classes);
  margay::Trainer trainer(network, pictures, options);
  for (const margay::SkippedPicture& skipped : trainer.skipped())
    std::printf("skipped %s: %s\n", skipped.name.c_str(), skipped.reason.c_str());
  trainer.fit();
  margay::save_model(argv[2], trainer.model());
} catch (const margay::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_code();
}
