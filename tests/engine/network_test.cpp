#include "margay/engine/network.h"

#include <doctest/doctest.h>

#include "margay/core/random.h"
#include "margay/engine/input.h"
#include "margay/engine/precision.h"
#include "margay/engine/torch_executor.h"
#include "margay/graph/pool_first.h"
#include "margay/graph/zoo/zoo.h"
#include "margay/runtime/runtime.h"
#include "tests/support/graphs.h"

using namespace margay;

namespace {

graph::Weights random_weights(const graph::Graph& g) {
  graph::Weights weights = graph::initialize(g, graph::Initializer::he_normal, 11);
  Random random({17});
  for (auto& [name, tensor] : weights)
    for (float& value : tensor.values) value += static_cast<float>(random.uniform(0.0, 0.2));
  return weights;
}

}  // namespace

TEST_CASE("the engine and the runtime give the same logits") {
  const graph::Graph g = test::residual_network(5);
  const graph::Weights weights = random_weights(g);
  const auto engine = engine::make_torch_executor(g, weights);
  const auto runtime = runtime::make_executor(g, weights, {});
  for (const int count : {1, 4}) {
    std::vector<float> pictures(static_cast<size_t>(count) * 13 * 11 * 3);
    Random random({static_cast<uint64_t>(count)});
    for (float& value : pictures) value = static_cast<float>(random.normal());
    const std::vector<float> a = engine->run(pictures, count), b = runtime->run(pictures, count);
    REQUIRE(a.size() == b.size());
    for (size_t i = 0; i < a.size(); ++i) CHECK(a[i] == doctest::Approx(b[i]).epsilon(1e-4));
  }
}

TEST_CASE("a parameter that is called as its node is may have dots in its name") {
  for (const char* token : {"token", "vit.token", "vit"}) {
    CAPTURE(token);
    graph::Graph g({3, 4, 4});
    // A neighbour whose parameters begin as the token's name ends.
    int x = g.add(token == std::string("vit") ? "net" : "vit", "conv2d", {0},
                  {{"out_channels", int64_t{6}}, {"kernel", int64_t{2}}, {"stride", int64_t{2}}});
    x = g.add("tokens", "tokens", {x});
    x = g.add(token, "class_token", {x});
    x = g.add("first", "first_token", {x});
    g.add("head", "linear", {x}, {{"out_features", int64_t{2}}});
    const graph::Weights weights = random_weights(g);
    const std::vector<float> pictures(2 * 3 * 4 * 4, 0.5f);
    const std::vector<float> a = engine::make_torch_executor(g, weights)->run(pictures, 2);
    const std::vector<float> b = runtime::make_executor(g, weights, {})->run(pictures, 2);
    REQUIRE(a.size() == 4);
    for (size_t i = 0; i < a.size(); ++i) CHECK(a[i] == doctest::Approx(b[i]).epsilon(1e-5));
  }
}

TEST_CASE("pooling first changes neither values nor gradients") {
  graph::Graph g({3, 12, 10});
  int x = g.add("conv", "conv2d", {0},
                {{"out_channels", int64_t{8}}, {"kernel", int64_t{3}}, {"padding", int64_t{1}}});
  x = g.add("relu", "relu", {x});
  x = g.add("pool", "max_pool2d", {x},
            {{"kernel", int64_t{3}}, {"stride", int64_t{2}}, {"padding", int64_t{1}}});
  x = g.add("flat", "flatten", {x});
  g.add("head", "linear", {x}, {{"out_features", int64_t{2}}});
  REQUIRE(graph::pool_first(g).nodes()[2].op == "max_pool2d");

  graph::Graph kept = g;
  kept.tap("features", 2);  // a tap on the relu keeps it where it is
  REQUIRE(graph::pool_first(kept).nodes()[2].op == "relu");

  const graph::Weights weights = random_weights(g);
  engine::Network exchanged(g, weights, at::kCPU, engine::Fusion::off),
      plain(kept, weights, at::kCPU, engine::Fusion::off);
  const at::Tensor a = at::randn({3, 3, 12, 10}).requires_grad_(), b = a.detach().clone().requires_grad_();
  const at::Tensor out_a = exchanged.forward(a, {.training = true}),
                   out_b = plain.forward(b, {.training = true});
  CHECK(at::equal(out_a, out_b));
  (out_a * out_a).sum().backward();
  (out_b * out_b).sum().backward();
  CHECK(at::equal(a.grad(), b.grad()));
  for (size_t i = 0; i < exchanged.tensors().size(); ++i)
    CHECK(at::equal(exchanged.tensors()[i].tensor.grad(), plain.tensors()[i].tensor.grad()));
}

TEST_CASE("one network executes pictures of several sizes as networks made for them") {
  const auto build = [](int side) {
    return graph::zoo::resnet10_slim({.height = side, .width = side, .outputs = 2});
  };
  const graph::Weights weights = random_weights(build(32));
  engine::Network network(build(32), weights, at::kCPU);
  for (const int side : {32, 48, 33, 32}) {
    engine::Network fresh(build(side), weights, at::kCPU);
    const at::Tensor pictures = at::randn({2, 3, side, side});
    CHECK(at::equal(network.forward(pictures, {}), fresh.forward(pictures, {})));
  }
}

TEST_CASE("weights come back from the device as they went there") {
  const graph::Graph g = test::residual_network(2);
  const graph::Weights weights = random_weights(g);
  engine::Network network(g, weights, at::kCPU);
  CHECK((network.weights() == weights));
  const graph::Weights others = graph::initialize(g, graph::Initializer::glorot_uniform, 2);
  network.set_weights(others);
  CHECK((network.weights() == others));
}

TEST_CASE("the input is normalised as the preprocessing says") {
  image::Preprocess spec;
  spec.width = 3;
  spec.height = 2;
  spec.mean = {0.5, 0.25, 0.0};
  spec.std = {0.5, 1.0, 2.0};
  std::vector<uint8_t> pixels(2 * 2 * 3 * 3);
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<uint8_t>(i * 7);
  const at::Tensor input = engine::make_input(pixels, 2, spec, at::kFloat, at::kCPU);
  REQUIRE((input.sizes() == at::IntArrayRef({2, 3, 2, 3})));
  std::vector<float> expected(pixels.size());
  image::normalize(pixels, spec, expected);
  const at::Tensor flat = input.permute({0, 2, 3, 1}).contiguous().flatten();
  for (size_t i = 0; i < expected.size(); ++i) CHECK(flat[i].item<float>() == doctest::Approx(expected[i]));
  CHECK_THROWS_AS(engine::make_input(pixels, 3, spec, at::kFloat, at::kCPU), ModelError);
}

TEST_CASE("autocast computes in bfloat16 and forgets the weights that it cast") {
  at::Tensor weight = at::ones({4, 4}).requires_grad_();
  const at::Tensor x = at::ones({2, 4});
  {
    const engine::AutocastGuard guard(at::kCPU, true);
    CHECK((at::linear(x, weight).scalar_type() == at::kBFloat16));
  }
  CHECK((at::linear(x, weight).scalar_type() == at::kFloat));
  {
    const at::NoGradGuard no_gradient;
    weight.mul_(2);
  }
  const engine::AutocastGuard guard(at::kCPU, true);
  CHECK(at::linear(x, weight)[0][0].item<float>() == 8.0f);
}

TEST_CASE("a network refuses weights that do not fit") {
  const graph::Graph g = test::residual_network(2);
  graph::Weights weights = random_weights(g);
  weights.erase("head.bias");
  CHECK_THROWS_WITH_AS(engine::Network(g, weights, at::kCPU), doctest::Contains("head.bias"), ModelError);
}
