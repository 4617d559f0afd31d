// Executors of one network: the same answers from many threads, and the weights once.
#include <doctest/doctest.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <memory>
#include <thread>
#include <vector>

#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/core/random.h"
#include "margay/graph/builder.h"
#include "margay/graph/weights.h"
#include "margay/runtime/runtime.h"

using namespace margay;

namespace {

model::Model small_model() {
  model::Model model;
  model.graph = graph::Builder({3, 16, 16}).conv2d(24, 3).relu().max_pool2d(2).flatten().linear(5).build();
  model.weights = graph::initialize(model.graph, graph::Initializer::glorot_uniform, 3);
  model.classes = {"a", "b", "c", "d", "e"};
  model.preprocess.width = model.preprocess.height = 16;
  return model;
}

image::Image noise(uint64_t key) {
  image::Image picture(16, 16);
  Random random{key};
  for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>(random.below(256));
  return picture;
}

/// Of this process, in bytes.
size_t resident_bytes() {
  size_t all = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

TEST_CASE("shared predictors answer from many threads as the first does alone") {
  predict::Predictor first = runtime::make_predictor(small_model(), {.threads = 1});
  constexpr int kPictures = 40;
  std::vector<std::vector<double>> expected;
  for (int i = 0; i < kPictures; ++i) expected.push_back(first.predict(noise(i)).probabilities);

  std::vector<int> wrong(4);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t, predictor = std::make_shared<predict::Predictor>(first.share())] {
      for (int i = 0; i < kPictures; ++i) {
        // Batches of other sizes need programs of their own, which ask for the weights all at once.
        const std::vector<image::Image> pictures{noise(i), noise(i + 1), noise(i + 2)};
        const std::vector<image::ImageView> views(pictures.begin(), pictures.begin() + 1 + (i + t) % 3);
        const std::vector<double> found = predictor->predict(views)[0].probabilities;
        for (size_t c = 0; c < found.size(); ++c)
          wrong[t] += std::abs(found[c] - expected[i][c]) > 1e-6 ? 1 : 0;
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(4));
}

TEST_CASE("a shared predictor outlives the one that it came from") {
  auto first = std::make_unique<predict::Predictor>(runtime::make_predictor(small_model()));
  predict::Predictor shared = first->share();
  const std::vector<double> expected = first->predict(noise(1)).probabilities;
  first.reset();
  CHECK(shared.predict(noise(1)).probabilities == expected);
  CHECK(shared.class_names().size() == 5);
}

TEST_CASE("four predictors that share take the memory of the weights once") {
  model::Model model;
  model.graph = graph::Builder({3, 32, 32}).flatten().linear(6000).linear(2).build();
  model.weights = graph::initialize(model.graph, graph::Initializer::glorot_uniform, 1);
  model.classes = {"a", "b"};
  model.preprocess.width = model.preprocess.height = 32;
  const size_t weight_bytes = size_t{3} * 32 * 32 * 6000 * sizeof(float);
  const image::Image picture(32, 32);

  predict::Predictor first = runtime::make_predictor(std::move(model), {.threads = 1});
  first.predict(picture);
  const size_t before = resident_bytes();
  std::vector<predict::Predictor> others;
  for (int i = 0; i < 3; ++i) {
    others.push_back(first.share());
    others.back().predict(picture);
  }
  const size_t after = resident_bytes();
  CHECK((after > before ? after - before : 0) < weight_bytes / 2);
}

TEST_CASE("a network that takes too much memory for one picture is refused with the numbers and the option") {
  const graph::Graph graph = graph::Builder({3, 16384, 16384}).global_avg_pool2d().linear(2).build();
  const graph::Weights weights = graph::initialize(graph, graph::Initializer::glorot_uniform, 1);
  CHECK_THROWS_WITH_AS(
      runtime::make_executor(graph, weights),
      doctest::Contains("3.22 GB for one picture of 3 x 16384 x 16384, the limit is 2.15 GB"), ModelError);
  CHECK_THROWS_WITH_AS(runtime::make_executor(graph, weights), doctest::Contains("`max_bytes` allows more"),
                       ModelError);
  if (available_memory_bytes() >= uint64_t{4} << 30)
    CHECK(runtime::make_executor(graph, weights, {.max_bytes = uint64_t{4} << 30})->most_pictures() == 1);
  CHECK(runtime::make_executor(graph, weights, {.is_trusted = true})->most_pictures() == 1);
}

TEST_CASE("a network that takes more memory than there is is refused whatever is allowed") {
  // As large as tensors may be: the picture, what one layer takes and what it gives.
  const graph::Graph graph =
      graph::Builder({3, 26000, 26000}).conv2d(3, 1).conv2d(3, 1).global_avg_pool2d().linear(2).build();
  if (available_memory_bytes() >= uint64_t{24'000'000'000}) {
    MESSAGE("SKIPPED: there is more memory than any network takes for a picture");
    return;
  }
  const graph::Weights weights = graph::initialize(graph, graph::Initializer::glorot_uniform, 1);
  CHECK_THROWS_WITH_AS(runtime::make_executor(graph, weights, {.max_bytes = uint64_t{1} << 50}),
                       doctest::Contains("24.3 GB for one picture of 3 x 26000 x 26000, and there are "),
                       ModelError);
}

TEST_CASE("pictures that run together take no more memory than is allowed") {
  const model::Model model = small_model();
  const auto most = [&](uint64_t bytes) {
    return runtime::make_executor(model.graph, model.weights, {.max_bytes = bytes})->most_pictures();
  };
  // The picture, what the convolution writes, and what pooling writes of it.
  const uint64_t needed = (3 * 16 * 16 + 24 * 14 * 14 + 24 * 7 * 7) * sizeof(float);
  CHECK(most(needed) == 1);
  CHECK(most(3 * needed - 1) == 2);
  CHECK(most(3 * needed) == 3);
  CHECK_THROWS_AS(most(needed - 1), ModelError);
}
