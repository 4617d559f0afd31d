// Trains a network of one's own, made with the Builder: own_network FOLDER MODEL.safetensors [EPOCHS]
#include <cstdio>
#include <cstdlib>
#include <string>

#include "margay/graph.h"
#include "margay/predict.h"
#include "margay/train.h"

/// Separable convolutions for pictures of 64 x 64, and an output for each class, or one for two.
margay::Network small_network(int classes) {
  margay::Builder builder({3, 64, 64});
  builder.conv2d(16, 3, {.stride = 2, .padding = margay::kSame}).batch_norm2d().leaky_relu(0.1);
  for (const int64_t channels : {32, 64})
    builder.separable_conv2d(channels, 3, {.padding = margay::kSame}).batch_norm2d().relu().max_pool2d(2);
  return builder.global_avg_pool2d().dropout(0.2).linear(margay::outputs_for(classes)).build();
}

int main(int argc, char** argv) try {
  if (argc < 3) return std::puts("usage: own_network FOLDER MODEL.safetensors [EPOCHS]"), 2;
  const margay::PictureFiles pictures(argv[1]);
  const int classes = static_cast<int>(margay::classes_of(pictures).size());

  margay::Trainer trainer(
      small_network(classes), pictures,
      {.epochs = argc > 3 ? std::atoi(argv[3]) : 10,
       .optimizer = {.name = margay::OptimizerName::adamw, .lr = 2e-3, .weight_decay = 0.01},
       .schedule = {.name = margay::ScheduleName::cosine},
       .augmentation = "flip,rotate=10,zoom=0.2"});
  const margay::TrainingResult result = trainer.fit();
  std::printf("loss %.4f after %d epochs\n", result.history.back().loss, result.history.back().epoch);
  margay::save_model(argv[2], trainer.model());
} catch (const margay::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_code();
}
