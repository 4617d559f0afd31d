// What a step takes at the least, and what is said where there is less.
#include "margay/train/step_memory.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/recipe/config.h"
#include "tests/train/small_training.h"

using namespace margay;
using namespace margay::test;

namespace {

recipe::Config decided(const char* changes) {
  recipe::Config config = small_config(changes);
  config.training.device = recipe::Device::cpu;
  if (config.training.precision == recipe::Precision::automatic)
    config.training.precision = recipe::Precision::fp32;
  return config;
}

train::StepMemory memory_of(const recipe::Config& config) {
  return train::step_memory(recipe::build_network(config, 2), config);
}

}  // namespace

TEST_CASE("a step keeps what its layers with weights have read") {
  // The picture for the convolution; what the linear layer reads is handed on by flatten, and not counted.
  CHECK(memory_of(decided("{}")).per_picture == 3 * 16 * 16 * 4);
  CHECK(memory_of(decided(R"({"training": {"precision": "bf16"}})")).per_picture == 3 * 16 * 16 * 2);
  const char* two_convolutions = R"({"network": {"layers": [
      {"op": "conv2d", "out_channels": 8, "kernel": 3, "padding": "same"}, {"op": "relu"},
      {"op": "conv2d", "out_channels": 4, "kernel": 3, "padding": "same"}, {"op": "global_avg_pool2d"},
      {"op": "linear", "out_features": "classes"}]}, "schedule": {"sizes": [8, 12]}})";
  CHECK(memory_of(decided(two_convolutions)).per_picture == ((3 + 8) * 12 * 12 + 4) * 4);
}

TEST_CASE("weights have gradients, and moments where the optimiser has them") {
  const uint64_t trained = 8 * 3 * 9 + 8 + 8 + 8 + (8 * 8 * 8 + 1);  // conv2d, batch_norm2d, linear
  CHECK(memory_of(decided(R"({"optimizer": {"name": "adam"}})")).weights == trained * 4 * 4);
  CHECK(memory_of(decided(R"({"optimizer": {"name": "sgd"}})")).weights == trained * 4 * 2);
}

TEST_CASE("what does not fit is refused with the numbers and the options") {
  const train::StepMemory memory{.per_picture = 3'000'000'000, .weights = 1'000'000'000};
  recipe::Config config =
      decided(R"({"training": {"batch_size": 10}, "input": {"width": 20, "height": 12}})");
  CHECK_NOTHROW(train::require_step_fits(memory, config, 100, 31'000'000'000));
  CHECK_THROWS_WITH_AS(train::require_step_fits(memory, config, 100, 30'999'999'999),
                       doctest::Contains("a step of 10 pictures of 20 x 12 takes 31.0 GB at the least, and "
                                         "there are 31.0 GB. Hint: `batch_size=9` or less"),
                       UsageError);
  CHECK_THROWS_WITH_AS(train::require_step_fits(memory, config, 100, 3'900'000'000),
                       doctest::Contains("`size`"), UsageError);
  CHECK_NOTHROW(train::require_step_fits(memory, config, 9, 28'000'000'000));  // all that there are
  CHECK_THROWS_WITH_AS(train::require_step_fits(memory, config, 9, 27'999'999'999),
                       doctest::Contains("a step of 9 pictures"), UsageError);
  config.training.device = recipe::Device::cuda;
  CHECK_NOTHROW(train::require_step_fits(memory, config, 100, 1'000));
}

TEST_CASE("a trainer refuses before it takes anything") {
  const char* huge = R"({"training": {"batch_size": 65536}, "input": {"width": 16384, "height": 16384},
    "network": {"layers": [{"op": "conv2d", "out_channels": 7, "kernel": 1},
                           {"op": "conv2d", "out_channels": 7, "kernel": 1},
                           {"op": "conv2d", "out_channels": 2, "kernel": 1}, {"op": "global_avg_pool2d"},
                           {"op": "linear", "out_features": "classes"}]}})";
  CHECK_THROWS_WITH_AS(train::Trainer(decided(huge), colours()), doctest::Contains("a step of 48 pictures"),
                       UsageError);
}
