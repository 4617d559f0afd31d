// Walks the table of operators: each is executed and compared with its definition; then whole networks.
#include "margay/runtime/operators.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "margay/core/error.h"
#include "margay/core/random.h"
#include "margay/graph/builder.h"
#include "margay/graph/operator.h"
#include "margay/runtime/runtime.h"
#include "tests/support/operator_cases.h"
#include "tests/support/operator_rows.h"
#include "tests/support/reference_operators.h"

using namespace margay;
using graph::Builder;
using graph::Graph;
using graph::kSame;

namespace {

std::vector<float> random_batch(const Graph& network, int count, double reach = 1) {
  Random random{7, static_cast<uint64_t>(count)};
  std::vector<float> values(static_cast<size_t>(graph::element_count(network.input_shape())) * count);
  for (float& value : values) value = static_cast<float>(random.uniform(-reach, reach));
  return values;
}

/// The greatest difference from the definition, relative to the greatest value (at least 1).
double error_of(const Graph& network, const graph::Weights& weights, predict::Executor& executor, int count,
                double reach) {
  const std::vector<float> batch = random_batch(network, count, reach);
  const std::vector<float> found = executor.run(batch, count);
  double error = 0, greatest = 1;
  size_t next = 0;
  for (int i = 0; i < count; ++i)
    for (const double expected :
         test::reference_run(network, weights, test::sample_of_batch(batch, network.input_shape(), i))) {
      greatest = std::max(greatest, std::abs(expected));
      const double difference = std::abs(expected - static_cast<double>(found.at(next++)));
      error = std::isnan(difference) ? INFINITY : std::max(error, difference);
    }
  CHECK(next == found.size());
  return error / greatest;
}

void check_against_reference(const Graph& network, double tolerance = 2e-6, double reach = 1) {
  const graph::Weights weights = test::random_weights(network, 3);
  const auto executor = runtime::make_executor(network, weights, {.threads = 2});
  for (const int count : {1, 5, 1}) {
    CAPTURE(count);
    CHECK(error_of(network, weights, *executor, count, reach) <= tolerance);
  }
}

Graph residual_network() {
  Builder builder({3, 21, 19});
  builder.conv2d(16, 3, {.padding = kSame, .bias = false})
      .batch_norm2d()
      .relu()
      .max_pool2d(2, {.ceil_mode = true})
      .tap("a");
  builder.conv2d(16, 3, {.padding = kSame, .bias = false})
      .batch_norm2d()
      .relu()
      .conv2d(16, 3, {.padding = kSame})
      .batch_norm2d();
  builder.add("a").relu().tap("b").avg_pool2d(2).conv2d(24, 1).tap("shortcut").from("b");
  builder.conv2d(24, 3, {.stride = 2, .padding = 1})
      .dropout(0.1)
      .batch_norm2d()
      .max_pool2d(2, {.stride = 1})
      .batch_norm2d()
      .relu();
  builder.global_avg_pool2d().tap("pooled").from("shortcut").global_avg_pool2d().add("pooled").dropout(0.3);
  return builder.linear(10).relu().linear(4).build();
}

}  // namespace

TEST_CASE("every operator gives what its definition says") {
  for (const test::OperatorCase& tested : test::kOperatorCases) {
    CAPTURE(tested.op);
    CAPTURE(graph::to_string(tested.input));
    check_against_reference(test::network_of(tested));
  }
}

TEST_CASE("activations bend where they should alone and inside the layer before them") {
  for (const graph::Operator& row : graph::operators()) {
    if (!row.is_activation) continue;
    CAPTURE(row.name);
    check_against_reference(Builder({3, 4, 5}).apply(row.name).flatten().build(), 2e-6, 9);
    Builder builder({16, 6, 5});
    builder.conv2d(16, 3, {.padding = kSame}).batch_norm2d().apply(row.name).tap("a");
    builder.batch_norm2d().apply(row.name).add("a").apply(row.name).flatten().linear(7).apply(row.name);
    check_against_reference(builder.build(), 1e-5, 9);
  }
}

TEST_CASE("an activation inside a layer has its own slope") {
  for (const double slope : {0.0, 0.2}) {
    Builder builder({16, 6, 5});
    builder.conv2d(16, 3, {.padding = kSame}).batch_norm2d().leaky_relu(slope).conv2d(8, 3).elu(0.5 + slope);
    builder.separable_conv2d(6, 3, {.depth_multiplier = 2}).tanh().apply("global_max_pool2d");
    check_against_reference(builder.linear(7).leaky_relu(0.7).build(), 1e-5, 9);
  }
}

TEST_CASE("the runtime executes the operators of the table and no others") {
  const std::vector<std::string_view> rows = test::names_of_rows(runtime::operator_rows());
  const auto faults = [](const std::vector<std::string_view>& executed) {
    return test::faults_of_rows("runtime", executed, runtime::is_resolved_by_plan);
  };
  for (const std::string& fault : faults(rows)) FAIL_CHECK(fault);
  for (const std::string& fault :
       test::faults_of_rows("runtime", runtime::executed_operators(), [](const auto&) { return false; }))
    FAIL_CHECK(fault);
  for (const graph::Operator& row : graph::operators())
    if (row.is_activation) CHECK_MESSAGE(runtime::find_row(row.name).activation != nullptr, row.name);

  CHECK(faults(test::without(rows, "conv2d")) ==
        std::vector<std::string>{"the runtime has no row for 'conv2d'"});
  std::vector<std::string_view> more = rows;
  more.insert(more.end(), {"gelu", "glu"});
  CHECK(faults(more) == std::vector<std::string>{"the runtime has several rows for 'gelu'",
                                                 "the runtime has a row for 'glu', which is no operator"});
}

TEST_CASE("the tests know every operator of the runtime") {
  std::set<std::string_view> tested{"input"};
  for (const test::OperatorCase& one : test::kOperatorCases) tested.insert(one.op);
  for (const graph::Operator& row : graph::operators()) CHECK_MESSAGE(tested.contains(row.name), row.name);
  CHECK(tested.size() == graph::operators().size());
}

TEST_CASE("a network in the manner of the article is executed") {
  Builder builder({3, 37, 37});
  for (const int64_t channels : {16, 32, 64})
    builder.conv2d(channels, 3, {.padding = kSame}).relu().max_pool2d(2);
  check_against_reference(builder.dropout(0.2).flatten().linear(128).relu().linear(1).build(), 1e-5);
}

TEST_CASE("a residual network with batch norms is executed") {
  check_against_reference(residual_network(), 1e-5);
}

TEST_CASE("normalisation adds its eps, folded into a convolution and alone, with variances near 0") {
  for (const double eps : {1e-5, 1e-3, 0.3}) {
    CAPTURE(eps);
    Builder builder({4, 6, 5});
    builder.conv2d(8, 3, {.padding = kSame}).batch_norm2d(eps).relu().batch_norm2d(eps).flatten();
    const Graph network = builder.build();
    graph::Weights weights = test::random_weights(network, 3);
    for (const char* name : {"batch_norm1.running_var", "batch_norm2.running_var"})
      for (float& variance : weights.at(name).values) variance *= 1e-5f;
    const auto executor = runtime::make_executor(network, weights, {.threads = 2});
    CHECK(error_of(network, weights, *executor, 3, 1) <= 1e-5);
  }
}

TEST_CASE("a layer that rectifies or normalises what others read too stays as it is") {
  Builder rectified({4, 6, 6});
  rectified.conv2d(4, 3, {.padding = kSame}).tap("raw").relu().add("raw").flatten();
  check_against_reference(rectified.build());
  Builder normalised({4, 6, 6});
  normalised.conv2d(4, 3, {.padding = kSame}).tap("raw").batch_norm2d().add("raw").flatten();
  check_against_reference(normalised.build());
}

TEST_CASE("channels are scaled by what was squeezed out of the map and joined with others") {
  for (const int64_t channels : {5, 16}) {
    Builder builder({3, 9, 7});
    builder.conv2d(channels, 3, {.padding = kSame}).relu().tap("map");
    builder.apply("global_avg_pool2d", {{"keep_map", true}}).conv2d(8, 1).relu().conv2d(channels, 1);
    builder.apply("hardsigmoid").tap("scale").from("map").apply("multiply", {}, {"scale"}).tap("scaled");
    builder.conv2d(11, 1).apply("concat", {}, {"scaled"}).conv2d(4, 1).global_avg_pool2d();
    check_against_reference(builder.build(), 1e-5);
  }
}

TEST_CASE("a transformer and a block of linear layers in a map are executed") {
  Builder builder({3, 8, 12});
  builder.conv2d(24, 4, {.stride = 4})
      .apply("layer_norm")
      .tap("map")
      .conv2d(24, 3, {.padding = kSame, .groups = 24});
  builder.apply("tokens").apply("layer_norm").linear(48).apply("gelu").linear(24);
  builder.apply("feature_map", {{"height", 2}, {"width", 3}})
      .apply("layer_scale")
      .apply("stochastic_depth")
      .add("map");
  builder.apply("tokens").apply("class_token").apply("position_embedding").tap("tokens").apply("layer_norm");
  builder.apply("self_attention", {{"heads", 4}}).linear(24).add("tokens").apply("first_token").linear(3);
  check_against_reference(builder.build(), 1e-5);
}

TEST_CASE("the input itself may be read as tokens") {
  Builder builder({6, 4, 3});
  builder.apply("tokens").linear(5).tap("a").from("input").apply("tokens").linear(5).add("a").flatten();
  check_against_reference(builder.build());
}

TEST_CASE("vectors of different origin are added") {
  Builder builder({4, 3, 2});
  builder.flatten()
      .tap("flat")
      .linear(24)
      .add("flat")
      .relu()
      .tap("sum")
      .from("input")
      .dropout(0.1)
      .flatten()
      .add("sum");
  check_against_reference(builder.build());
}

TEST_CASE("the input itself may be the output and nodes that are not needed are left out") {
  check_against_reference(Builder({3, 4, 5}).flatten().build());
  Builder builder({3, 4, 5});
  builder.conv2d(2, 3).tap("unused").from("input").conv2d(2, 1).global_avg_pool2d();
  check_against_reference(builder.build());
}

TEST_CASE("answers do not depend on the batch or on what was run before") {
  const Graph network = residual_network();
  const auto executor = runtime::make_executor(network, test::random_weights(network, 3), {.threads = 2});
  const std::vector<float> batch = random_batch(network, 12);
  const std::vector<float> together = executor->run(batch, 12);
  const size_t per_picture = batch.size() / 12;
  for (int size = 1; size <= 12; ++size) {  // more sizes than are kept
    const std::vector<float> part = executor->run(std::span(batch).first(per_picture * size), size);
    for (size_t i = 0; i < part.size(); ++i) CHECK(part[i] == doctest::Approx(together[i]).epsilon(1e-5));
  }
  CHECK(executor->run(batch, 12) == together);
}

TEST_CASE("answers are the same with one and with four threads") {
  const Graph network = residual_network();
  const graph::Weights weights = test::random_weights(network, 3);
  const std::vector<float> batch = random_batch(network, 6);
  const std::vector<float> one = runtime::make_executor(network, weights, {.threads = 1})->run(batch, 6);
  const std::vector<float> four = runtime::make_executor(network, weights, {.threads = 4})->run(batch, 6);
  for (size_t i = 0; i < one.size(); ++i) CHECK(one[i] == doctest::Approx(four[i]).epsilon(1e-5));
}

TEST_CASE("what cannot be executed is refused") {
  const Graph vector = Builder({4}).linear(2).build();
  const graph::Weights weights = test::random_weights(vector, 1);
  CHECK_THROWS_WITH_AS(runtime::make_executor(vector, {}),
                       doctest::Contains("missing parameters: linear1.weight, linear1.bias"), ModelError);
  CHECK_THROWS_AS(runtime::make_executor(vector, weights, {.threads = -1}), UsageError);
  CHECK_THROWS_WITH_AS(runtime::make_executor(Builder({4, 5, 6}).relu().build(), {}),
                       doctest::Contains("the network gives 4 x 5 x 6, not a vector"), ModelError);
  const auto executor = runtime::make_executor(vector, weights);
  CHECK_THROWS_WITH_AS(executor->run(std::vector<float>(7), 2),
                       doctest::Contains("7 values for 2 pictures of 4"), ModelError);
  CHECK_THROWS_AS(executor->run({}, -1), ModelError);
  CHECK(executor->run({}, 0).empty());
}
