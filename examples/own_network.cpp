// Trains a network of one's own, made with the Builder: own_network FOLDER MODEL.safetensors [EPOCHS]
#include <cstdio>
#include <memory>
#include <string>

#include "margay/margay_train.h"

/// Separable convolutions for pictures of 64 x 64, and an output for each class, or one for two.
margay::Network small_network(int classes) {
  margay::Builder builder({3, 64, 64});
  builder.conv2d(16, 3, {.stride = 2, .padding = margay::graph::kSame}).batch_norm2d().leaky_relu(0.1);
  for (const int64_t channels : {32, 64})
    builder.separable_conv2d(channels, 3, {.padding = margay::graph::kSame})
        .batch_norm2d()
        .relu()
        .max_pool2d(2);
  return builder.global_avg_pool2d().dropout(0.2).linear(margay::recipe::outputs_for(classes)).build();
}

int main(int argc, char** argv) try {
  if (argc < 3) return std::puts("usage: own_network FOLDER MODEL.safetensors [EPOCHS]"), 2;
  const auto dataset = margay::Dataset::open(argv[1]);
  margay::recipe::Config config = margay::load_recipe("article-regularized");
  margay::use_network(config, small_network(static_cast<int>(dataset.classes.size())));
  if (argc > 3) margay::recipe::change_epochs(config, std::stoi(argv[3]));

  margay::WorkerPool pool(margay::usable_cpus());
  margay::Trainer trainer(config, std::make_shared<margay::TrainingData>(
                                      margay::TrainingData::load(dataset, config.input, pool)));
  const margay::TrainingResult result = trainer.fit();
  std::printf("loss %.4f after %d epochs\n", result.history.back().loss, result.history.back().epoch);
  margay::save_model(argv[2], trainer.model());
} catch (const margay::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_code();
}
