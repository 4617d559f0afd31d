// Which nodes become steps, and what melts into them.
#include "margay/runtime/plan.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>

#include "margay/core/error.h"
#include "margay/core/random.h"
#include "margay/graph/builder.h"
#include "margay/runtime/fold_batch_norm.h"
#include "margay/runtime/memory_plan.h"

using namespace margay;
using namespace margay::runtime;
using graph::Builder;

namespace {

/// The steps as text: "conv1+batch_norm1+relu(0)".
std::vector<std::string> steps_of(const graph::Graph& network) {
  std::vector<std::string> texts;
  for (const Step& step : make_plan(network).steps) {
    std::string text = network.nodes()[step.node].name;
    if (step.batch_norm >= 0) text += fmt::format("+{}", network.nodes()[step.batch_norm].name);
    if (step.activation >= 0) text += "+" + network.nodes()[step.activation].op;
    for (const int input : step.inputs) text += fmt::format(" {}", input);
    texts.push_back(text);
  }
  return texts;
}

}  // namespace

TEST_CASE("batch norm and relu melt into the layer before them and dropout and flatten vanish") {
  Builder builder({3, 8, 8});
  builder.conv2d(4, 3)
      .batch_norm2d()
      .dropout(0.1)
      .relu()
      .max_pool2d(2)
      .flatten()
      .linear(5)
      .relu()
      .dropout(0.5)
      .linear(2);
  CHECK(steps_of(builder.build()) == std::vector<std::string>{"input", "conv1+batch_norm1+relu 0",
                                                              "max_pool1 1", "linear1+relu 2", "linear2 3"});
}

TEST_CASE("nothing melts where somebody else reads") {
  Builder builder({4, 8, 8});
  builder.conv2d(4, 1).tap("raw").relu().add("raw").relu().batch_norm2d();
  CHECK(steps_of(builder.build()) ==
        std::vector<std::string>{"input", "conv1 0", "relu1 1", "add1+relu 2 1", "batch_norm1 3"});
}

TEST_CASE("the order of relu and batch norm is kept and only one batch norm is folded") {
  Builder builder({4, 8, 8});
  builder.conv2d(4, 1).relu().batch_norm2d().conv2d(4, 1).batch_norm2d().batch_norm2d().relu().relu();
  CHECK(steps_of(builder.build()) == std::vector<std::string>{"input", "conv1+relu 0", "batch_norm1 1",
                                                              "conv2+batch_norm2 2", "batch_norm3+relu 3",
                                                              "relu3 4"});
}

TEST_CASE("taps keep nothing alive") {
  Builder builder({4, 8, 8});
  builder.conv2d(4, 1).tap("unused").from("input").conv2d(4, 1).tap("features").relu();
  CHECK(steps_of(builder.build()) == std::vector<std::string>{"input", "conv2+relu 0"});
}

TEST_CASE("a batch norm is folded as it is defined, whatever its statistics") {
  for (const double eps : {1e-5, 1e-3, 0.3}) {
    const graph::Graph network = Builder({2, 4, 4}).conv2d(5, 1, {.bias = false}).batch_norm2d(eps).build();
    const std::vector<float> variance{0.0f, 1e-7f, 1e-5f, 0.5f, 90.0f}, gamma{1, -2, 0.5f, 3, 1},
        beta{0.25f, 1, -1, 0, 2}, mean{3, -0.5f, 0, 1, -7};
    graph::Weights weights = graph::initialize(network, graph::Initializer::he_normal, 3);
    weights.at("batch_norm1.weight").values = gamma;
    weights.at("batch_norm1.bias").values = beta;
    weights.at("batch_norm1.running_mean").values = mean;
    weights.at("batch_norm1.running_var").values = variance;
    const std::vector<float> before = weights.at("conv1.weight").values;
    const ConvolutionWeights folded = fold_batch_norm(network, weights, make_plan(network).steps.at(1));
    for (size_t c = 0; c < variance.size(); ++c) {
      CAPTURE(eps);
      CAPTURE(variance[c]);
      const double scale = gamma[c] / std::sqrt(double{variance[c]} + eps);
      for (size_t i = 2 * c; i < 2 * c + 2; ++i)
        CHECK(folded.weight.values[i] == doctest::Approx(before[i] * scale).epsilon(1e-6));
      CHECK(folded.bias.values[c] == doctest::Approx(beta[c] - mean[c] * scale).epsilon(1e-6));
    }
  }
}

TEST_CASE("values that live at the same time do not overlap") {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    Random random{seed};
    std::vector<Lifetime> values;
    for (int i = 0; i < 40; ++i) {
      const int first = static_cast<int>(random.below(30));
      values.push_back({random.below(1000), first, first + static_cast<int>(random.below(8))});
    }
    const MemoryPlan plan = plan_memory(values);
    for (size_t a = 0; a < values.size(); ++a) {
      CHECK(plan.offsets[a] % kBufferAlignment == 0);
      CHECK(plan.offsets[a] + values[a].size_bytes <= plan.size_bytes);
      for (size_t b = 0; b < a; ++b) {
        const bool in_time = values[a].first <= values[b].last && values[b].first <= values[a].last;
        const bool in_space = plan.offsets[a] < plan.offsets[b] + values[b].size_bytes &&
                              plan.offsets[b] < plan.offsets[a] + values[a].size_bytes;
        CHECK_FALSE((in_time && in_space));
      }
    }
  }
}

TEST_CASE("a chain of values needs the memory of two") {
  const MemoryPlan plan = plan_memory({{640, 0, 1}, {640, 1, 2}, {640, 2, 3}, {640, 3, 4}});
  CHECK(plan.size_bytes == 1280);
  CHECK(plan_memory({}).size_bytes == 0);
}
