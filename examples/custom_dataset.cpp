// A data set that a program makes as it is asked for: custom_dataset [EPOCHS]
#include <cstdio>
#include <cstdlib>
#include <random>

#include "margay/graph.h"
#include "margay/train.h"

/// Discs and squares of any colour; picture i is the same whenever it is asked for, from whatever thread. One
/// over a database or a video would read it in `get`.
class Shapes : public margay::Dataset {
 public:
  size_t size() const override { return 300; }

  margay::Example get(size_t i) const override {
    std::mt19937 random(static_cast<unsigned>(i));
    const int x0 = 8 + static_cast<int>(random() % 16), y0 = 8 + static_cast<int>(random() % 16);
    const unsigned color = random();
    margay::Image picture(32, 32);
    for (int y = 0; y < 32; ++y)
      for (int x = 0; x < 32; ++x) {
        const int dx = x - x0, dy = y - y0;
        const bool inside =
            label(i) == "disc" ? dx * dx + dy * dy <= 49 : std::abs(dx) < 7 && std::abs(dy) < 7;
        for (int channel = 0; channel < 3; ++channel)
          picture.pixels[static_cast<size_t>((y * 32 + x) * 3 + channel)] =
              static_cast<uint8_t>(inside ? 100 + (color >> (8 * channel)) % 150 : random() % 90);
      }
    return {.picture = std::move(picture), .label = label(i)};
  }

  /// Not needed, but no picture has to be drawn to tell it.
  std::string label(size_t i) const override { return i % 2 == 0 ? "disc" : "square"; }
};

int main(int argc, char** argv) try {
  const auto block = [](margay::Builder& b) { b.conv2d(24, 3).batch_norm2d().relu().max_pool2d(2); };
  const auto network = margay::Builder({3, 32, 32}).with(block).with(block).flatten().linear(1).build();
  margay::Trainer trainer(network, Shapes(), {.epochs = argc > 1 ? std::atoi(argv[1]) : 8});
  std::printf("val_accuracy %.3f\n", trainer.fit().history.back().val_accuracy);
} catch (const margay::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_code();
}
