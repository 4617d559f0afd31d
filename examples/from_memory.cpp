// Trains on pictures that were never files, and asks about one that it has not seen: from_memory [EPOCHS]
#include <cstdio>
#include <cstdlib>
#include <random>

#include "margay/graph.h"
#include "margay/predict.h"
#include "margay/train.h"

/// A bright bar across a noisy picture, upright or level, somewhere.
margay::Image bar(bool upright, std::mt19937& random) {
  margay::Image picture(32, 32);
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

  const auto network = margay::Builder({3, 32, 32})
                           .conv2d(16, 3)
                           .relu()
                           .max_pool2d(2)
                           .conv2d(32, 3)
                           .relu()
                           .max_pool2d(2)
                           .flatten()
                           .linear(64)
                           .relu()
                           .linear(margay::outputs_for(2))
                           .build();
  margay::Trainer trainer(network, pictures, {.epochs = argc > 1 ? std::atoi(argv[1]) : 5, .batch_size = 10});
  const margay::TrainingResult result = trainer.fit();
  std::printf("val_accuracy %.3f\n", result.history.back().val_accuracy);

  const margay::Predictor predictor(trainer.model());
  const margay::Answer answer = predictor.predict(bar(true, random));
  std::printf("%s, %.1f %%\n", predictor.name_of_best(answer).c_str(),
              100 * answer.probabilities[answer.best()]);
} catch (const margay::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_code();
}
