// A change of training pictures of one's own: custom_augmentation FOLDER MODEL.safetensors [EPOCHS]
// A scratch across a lens, which no transform of margay's makes; margay's own flip comes before it.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "margay/graph.h"
#include "margay/predict.h"
#include "margay/train.h"

/// Whatever is drawn from `random` is the same when the training is repeated. Several threads call it at
/// once.
void scratch(margay::ImageSpan picture, margay::Random& random) {
  if (!random.chance(0.5)) return;
  double x = random.uniform(0, picture.width);
  const double slope = random.uniform(-1, 1);
  for (int y = 0; y < picture.height; ++y, x += slope) {
    const int column = std::clamp(static_cast<int>(x), 0, picture.width - 1);
    uint8_t* pixel = picture.pixels + (static_cast<size_t>(y) * picture.width + column) * 3;
    std::fill(pixel, pixel + 3, uint8_t{230});
  }
}

int main(int argc, char** argv) try {
  if (argc < 3) return std::puts("usage: custom_augmentation FOLDER MODEL.safetensors [EPOCHS]"), 2;
  const margay::PictureFiles pictures(argv[1]);  // of two classes
  const auto block = [](margay::Builder& b) { b.conv2d(16, 3).batch_norm2d().relu().max_pool2d(2); };
  const auto network =
      margay::Builder({3, 64, 64}).with(block).with(block).with(block).flatten().linear(1).build();

  margay::Trainer trainer(network, pictures,
                          {.epochs = argc > 3 ? std::atoi(argv[3]) : 10,
                           .batch_size = 16,
                           .augmentation = "flip",
                           .transform = scratch});
  std::printf("accuracy %.3f\n", trainer.fit().history.back().accuracy);
  margay::save_model(argv[2], trainer.model());
} catch (const margay::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_code();
}
