// Layers of one's own, made of margay's: custom_layer FOLDER MODEL.safetensors [EPOCHS]
// Each has its gradient by itself, and runs wherever the model runs, since the model file says what it is
// made of.
#include <cstdio>
#include <cstdlib>

#include "margay/graph.h"
#include "margay/predict.h"
#include "margay/train.h"

/// Squeeze-and-excitation (Hu et al. 2018): channels are weighed by what the whole picture shows.
struct SqueezeExcitation {
  int64_t squeezed = 4;

  void operator()(margay::Builder& b) const {
    const std::string map = b.current();
    const int64_t channels = b.shape()[0];
    b.apply("global_avg_pool2d", {{"keep_map", true}}).conv2d(squeezed, 1).relu().conv2d(channels, 1);
    const std::string gate = b.apply("sigmoid").current();
    b.from(map).apply("multiply", {}, {gate});
  }
};

/// A convolution with a shortcut around it (He et al. 2015).
struct Residual {
  int64_t channels = 16;

  void operator()(margay::Builder& b) const {
    const std::string input = b.current();
    b.conv2d(channels, 3, {.padding = margay::kSame, .bias = false}).batch_norm2d().relu();
    b.with(SqueezeExcitation{channels / 4}).add(input);
  }
};

int main(int argc, char** argv) try {
  if (argc < 3) return std::puts("usage: custom_layer FOLDER MODEL.safetensors [EPOCHS]"), 2;
  const margay::PictureFiles pictures(argv[1]);
  const int classes = static_cast<int>(margay::classes_of(pictures).size());
  const auto network = margay::Builder({3, 64, 64})
                           .conv2d(16, 3, {.stride = 2, .padding = margay::kSame})
                           .with(Residual{16})
                           .max_pool2d(2)
                           .with(Residual{16})
                           .global_avg_pool2d()
                           .linear(margay::outputs_for(classes))
                           .build();
  margay::Trainer trainer(network, pictures,
                          {.epochs = argc > 3 ? std::atoi(argv[3]) : 10, .batch_size = 16});
  std::printf("accuracy %.3f\n", trainer.fit().history.back().accuracy);
  margay::save_model(argv[2], trainer.model());
} catch (const margay::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_code();
}
