// What is executed as one gives the values and gradients of one operation after the other.
#include "margay/engine/fused_convolution.h"

#include <doctest/doctest.h>

#include <vector>

#include "margay/engine/network.h"
#include "margay/engine/precision.h"

using namespace margay;

namespace {

/// A convolution of a table, and what follows it.
struct Row {
  int channels, height, width, out, kernel, stride, padding, dilation, groups;
  bool bias, pool, relu;
};

graph::Graph graph_of(const Row& row) {
  graph::Graph g({row.channels, row.height, row.width});
  int x = g.add("conv", "conv2d", {0},
                {{"out_channels", int64_t{row.out}},
                 {"kernel", int64_t{row.kernel}},
                 {"stride", int64_t{row.stride}},
                 {"padding", int64_t{row.padding}},
                 {"dilation", int64_t{row.dilation}},
                 {"groups", int64_t{row.groups}},
                 {"bias", row.bias}});
  if (row.relu) x = g.add("relu", "relu", {x});
  if (row.pool) x = g.add("pool", "max_pool2d", {x}, {{"kernel", int64_t{2}}});
  return g;
}

/// Output, and the gradients of the input and all parameters.
std::vector<at::Tensor> run(engine::Network& network, const at::Tensor& pictures, bool bf16) {
  const at::Tensor input = pictures.detach().clone().requires_grad_();
  at::Tensor output;
  {
    const engine::AutocastGuard autocast(torch::kCPU, bf16);
    output = network.forward(bf16 ? input.to(at::kBFloat16) : input, {.training = true});
  }
  const at::Tensor weights = at::cos(at::arange(output.numel(), at::kFloat)).reshape(output.sizes());
  std::vector<at::Tensor> leaves{input};
  for (const at::Tensor& tensor : network.trained_tensors()) leaves.push_back(tensor);
  std::vector<at::Tensor> results{output.detach()};
  for (const at::Tensor& gradient : torch::autograd::grad({(output * weights).sum()}, leaves))
    results.push_back(gradient);
  return results;
}

double distance(const at::Tensor& a, const at::Tensor& b) {
  return ((a - b).norm() / (b.norm() + 1e-12)).item<double>();
}

const std::vector<Row> kRows{
    {3, 15, 13, 16, 3, 1, 1, 1, 1, true, true, true},    // the first layer of the article, odd both ways
    {16, 14, 15, 32, 3, 1, 1, 1, 1, true, true, true},   // its second
    {16, 9, 9, 16, 3, 1, 1, 1, 1, true, true, false},    // no ReLU
    {16, 9, 10, 32, 3, 2, 1, 1, 1, false, false, true},  // stride, no bias, no pooling
    {32, 8, 8, 48, 1, 1, 0, 1, 1, true, false, true},    // 1 x 1
    {32, 11, 11, 32, 3, 1, 2, 2, 1, true, true, true},   // dilation
    {32, 8, 12, 32, 3, 1, 1, 1, 2, true, true, true},    // groups
    {24, 7, 7, 40, 5, 1, 2, 1, 1, true, true, true},     // no multiple of 16
    {5, 6, 6, 7, 3, 1, 1, 1, 1, true, true, true},
};

}  // namespace

TEST_CASE("chains have the values and gradients of their operations") {
  int used = 0;
  for (const bool bf16 : {false, true}) {
    for (const Row& row : kRows) {
      const graph::Graph g = graph_of(row);
      const graph::Weights weights = graph::initialize(g, graph::Initializer::he_normal, 3);
      engine::Network fused(g, weights, torch::kCPU), plain(g, weights, torch::kCPU, engine::Fusion::off);
      for (const int batch : {1, 8, 19}) {
        torch::manual_seed(batch);
        const at::Tensor pictures = at::randn({batch, row.channels, row.height, row.width})
                                        .contiguous(at::MemoryFormat::ChannelsLast);
        const auto a = run(fused, pictures, bf16), b = run(plain, pictures, bf16);
        CAPTURE(bf16);
        CAPTURE(row.channels);
        CAPTURE(row.stride);
        CAPTURE(row.groups);
        CAPTURE(batch);
        REQUIRE(a.size() == b.size());
        // With bfloat16 a maximum may be another one of two that round alike.
        for (size_t i = 0; i < a.size(); ++i) CHECK(distance(a[i], b[i]) < (bf16 ? 0.03 : 1e-4));
      }
      const auto chain = engine::find_chain(graph_of(row), 1, std::vector<int>{1, 1, 1, 1});
      used += chain && engine::FusedConvolution(chain->spec).is_usable(bf16 ? at::kBFloat16 : at::kFloat);
    }
  }
  MESSAGE(used, " of ", 2 * kRows.size(), " chains are executed as one on this processor");
}

TEST_CASE("what is not a number goes through pooling and ReLU") {
  const graph::Graph g = graph_of(kRows[1]);
  engine::Network network(g, graph::initialize(g, graph::Initializer::he_normal, 3), torch::kCPU);
  for (const bool bf16 : {false, true}) {
    at::Tensor pictures = at::zeros({2, 16, 14, 15});
    pictures[1][3][5][5] = std::numeric_limits<float>::quiet_NaN();
    const at::Tensor output = run(network, pictures, bf16).front();
    CHECK_FALSE(output[0].isnan().any().item<bool>());
    CHECK(output[1].isnan().any().item<bool>());
  }
}

TEST_CASE("a chain ends where somebody else reads and where pooling is another") {
  graph::Graph g({16, 8, 8});
  int x = g.add("conv", "conv2d", {0}, {{"out_channels", int64_t{16}}, {"kernel", int64_t{1}}});
  x = g.add("pool", "max_pool2d", {x}, {{"kernel", int64_t{2}}});
  x = g.add("relu", "relu", {x});
  const auto length = [&](std::vector<int> readers) {
    const auto chain = engine::find_chain(g, 1, readers);
    return chain ? chain->nodes.size() : 0;
  };
  CHECK(length({1, 1, 1, 1}) == 3);
  CHECK(length({1, 1, 2, 1}) == 2);
  CHECK(length({1, 2, 1, 1}) == 0);
  CHECK_FALSE(engine::find_chain(g, 2, std::vector<int>{1, 1, 1, 1}));
  graph::Graph other({16, 8, 8});
  x = other.add("conv", "conv2d", {0}, {{"out_channels", int64_t{16}}, {"kernel", int64_t{1}}});
  other.add("pool", "max_pool2d", {x}, {{"kernel", int64_t{3}}});
  CHECK_FALSE(engine::find_chain(other, 1, std::vector<int>{1, 1, 1}));
}
