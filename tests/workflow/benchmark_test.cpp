#include "margay/workflow/benchmark.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/recipe/recipe.h"
#include "margay/text/format_benchmark.h"
#include "margay/workflow/benchmark_pictures.h"

using namespace margay;

namespace {

workflow::BenchmarkRequest small_request(const std::string& training) {
  const Json document = recipe::parse_toml(R"(
input = { width = 12, height = 12 }
network.layers = [
  { op = "conv2d", out_channels = 4, kernel = 3, padding = "same" }, { op = "relu" }, { op = "flatten" },
  { op = "linear", out_features = "classes" },
]
[training]
batch_size = 4
threads = 1
precision = "fp32"
)" + training,
                                           "small");
  workflow::BenchmarkRequest request{.config = recipe::Config::from_document(document, "small")};
  request.pictures = workflow::drawn_split();
  request.classes = {"first", "second"};
  request.seconds = 0;
  return request;
}

void check_speed(const Json& speed, int pictures) {
  CHECK(speed["pictures"] == pictures);
  for (const char* key :
       {"images_per_second", "seconds", "repetitions", "flops_per_second", "share_of_peak", "least_bytes"}) {
    CAPTURE(key);
    CHECK(speed[key].get<double>() > 0);
  }
}

}  // namespace

TEST_CASE("a benchmark tells positive figures of everything that a recipe does") {
  const Json found = text::to_json(workflow::run_benchmark(small_request("")));
  CHECK(found["pictures"]["count"] == 8 * 4);
  CHECK(found["network"]["parameters"] == 4 * 27 + 4 + 4 * 144 + 1);
  CHECK(found["network"]["forward_flops_per_picture"] == 2 * (4 * 27 * 144 + 4 * 144));
  CHECK(found["network"]["training_flops_per_picture"] == 2 * (2 * 4 * 27 * 144 + 3 * 4 * 144));
  CHECK(found["peak_flops_per_second"]["fp32"].get<double>() > 0);
  check_speed(found["training"], 4);
  // Adam: weights are read twice, then read and written; so are two moments; a gradient is written and read.
  CHECK(found["training"]["least_bytes"] == 689 * 4 * 10);
  REQUIRE(found["prediction"].size() == 2);
  check_speed(found["prediction"][0], 1);
  check_speed(found["prediction"][1], 32);
  for (const char* key :
       {"decode_images_per_second", "decode_images_per_second_one_core", "batches_images_per_second"})
    CHECK(found["loading"][key].get<double>() > 0);
  CHECK(found["loading"]["augment_images_per_second_one_core"].is_null());
  CHECK(found["memory"]["peak_bytes"] >= found["memory"]["peak_anonymous_bytes"]);
  CHECK(found["memory"]["peak_anonymous_bytes"].get<double>() > 0);
}

TEST_CASE("a step of several batches and an average of the weights count as what they are") {
  workflow::BenchmarkRequest request = small_request("accumulate = 3\nkeep = \"ema\"\n");
  request.config.augment = "flip";
  std::string told;
  request.narrate = [&](std::string_view sentence) { told += sentence; };
  const analysis::Benchmark found = workflow::run_benchmark(request);
  CHECK(found.training.pictures == 12);
  CHECK(found.training.least_bytes == 689 * 4 * 16);
  CHECK(found.loading.augment_one_core.value_or(0) > 0);
  CHECK(told.find("training") != std::string::npos);
  const std::string text = text::format_benchmark(found);
  for (const char* part : {"689 parameters", "training, steps of 12", "augment, one core", "of the peak"})
    CHECK(text.find(part) != std::string::npos);
}

TEST_CASE("steps of every size of the schedule count what they compute") {
  const Json document = recipe::parse_toml(R"(
input = { width = 24, height = 24 }
network.layers = [
  { op = "conv2d", out_channels = 4, kernel = 3, padding = "same" }, { op = "relu" }, { op = "global_avg_pool2d" },
  { op = "linear", out_features = "classes" },
]
schedule = { sizes = [12, 24], size_shares = [3, 1] }
training = { batch_size = 4, threads = 1, precision = "fp32" }
)",
                                           "sizes");
  workflow::BenchmarkRequest request{.config = recipe::Config::from_document(document, "sizes")};
  request.pictures = workflow::drawn_split();
  request.classes = {"first", "second"};
  request.seconds = 0;
  const analysis::Benchmark found = workflow::run_benchmark(request);
  REQUIRE(found.training_sizes.size() == 2);
  const int64_t small = found.training_sizes[0].training_flops,
                large = found.training_sizes[1].training_flops;
  CHECK(found.training_sizes[0].width == 12);
  CHECK(found.training_sizes[1].height == 24);
  // The convolution reads pictures: forward and the gradient of its weights. The last layer has a gradient
  // more.
  CHECK(small == 2 * (2 * 4 * 27 * 144 + 3 * 4));
  CHECK(large == 2 * (2 * 4 * 27 * 576 + 3 * 4));
  CHECK(found.training_flops == (3 * small + large) / 4);
  CHECK(found.training_sizes[0].speed.flops ==
        doctest::Approx(found.training_sizes[0].speed.images_per_second * static_cast<double>(small)));
  const double picture_s = 0.75 / found.training_sizes[0].speed.images_per_second +
                           0.25 / found.training_sizes[1].speed.images_per_second;
  CHECK(found.training.images_per_second == doctest::Approx(1 / picture_s));
  CHECK(found.training.flops == doctest::Approx(static_cast<double>(found.training_flops) / picture_s));
  CHECK(text::to_json(found)["training_sizes"].size() == 2);
  CHECK(text::format_benchmark(found).find("of 12 x 12 in 75.0 % of the epochs") != std::string::npos);
}

TEST_CASE("samples are spread over a split and repeated where there are too few") {
  const data::Split split = workflow::drawn_split();
  const size_t all = split.samples.size();
  const data::Split few = workflow::spread(split, 2), many = workflow::spread(split, 3 * all);
  REQUIRE(few.samples.size() == 2);
  CHECK(few.samples[0].label != few.samples[1].label);
  CHECK(many.samples.size() == 3 * all);
  CHECK(many.samples.back().picture == split.samples.back().picture);
}

TEST_CASE("a benchmark without pictures or time is refused") {
  workflow::BenchmarkRequest request = small_request("");
  request.seconds = -1;
  CHECK_THROWS_AS(workflow::run_benchmark(request), UsageError);
  request.seconds = 0;
  request.pictures.samples.clear();
  CHECK_THROWS_AS(workflow::run_benchmark(request), UsageError);
}
