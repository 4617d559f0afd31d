// Trains on pictures that were never files, and asks about one that it has not seen: from_memory [EPOCHS]
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>

#include "margay/margay_train.h"

/// A bright bar across a noisy picture, upright or level, somewhere.
margay::image::Image bar(bool upright, std::mt19937& random) {
  margay::image::Image picture(32, 32);
  const int place = static_cast<int>(random() % 24) + 2;
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 32; ++x) {
      const int across = upright ? x : y;
      const bool is_bar = across >= place && across < place + 5;
      for (int channel = 0; channel < 3; ++channel)
        picture.pixels[static_cast<size_t>((y * 32 + x) * 3 + channel)] =
            static_cast<uint8_t>((is_bar ? 170 : 60) + random() % 60);
    }
  return picture;
}

int main(int argc, char** argv) try {
  std::mt19937 random(1);
  margay::PicturesInMemory pictures;
  for (int i = 0; i < 200; ++i) pictures.add(bar(i % 2 == 0, random), i % 2 == 0 ? "upright" : "level");

  margay::recipe::Config config = margay::load_recipe("article");
  config.input.width = config.input.height = 32;
  config.training.batch_size = 20;
  config.training.epochs = argc > 1 ? std::atoi(argv[1]) : 5;
  margay::WorkerPool pool(margay::usable_cpus());
  const auto dataset = margay::split_by_content(pictures.dataset(), 0.2, pool);
  margay::Trainer trainer(config, std::make_shared<margay::TrainingData>(
                                      margay::TrainingData::load(dataset, config.input, pool)));
  const margay::TrainingResult result = trainer.fit();
  std::printf("val_accuracy %.3f\n", result.history.back().val_accuracy);

  margay::Predictor predictor = margay::runtime::make_predictor(trainer.model());
  const margay::Answer answer = predictor.predict(bar(true, random));
  std::printf("%s, %.1f %%\n", predictor.class_names()[answer.best()].c_str(),
              100 * answer.probabilities[answer.best()]);
} catch (const margay::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_code();
}
