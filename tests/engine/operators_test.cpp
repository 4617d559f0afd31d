#include "margay/engine/operators.h"

#include <doctest/doctest.h>

#include <functional>
#include <set>

#include "margay/engine/network.h"
#include "margay/graph/operator.h"
#include "tests/support/graphs.h"

using namespace margay;

namespace {

using Attributes = std::map<std::string, graph::Attribute>;
using Reference = std::function<at::Tensor(const at::Tensor& x, const std::vector<at::Tensor>& parameters)>;

/// One operator with its attributes against libtorch's own layer.
struct Row {
  std::string op;
  graph::Shape input;
  Attributes attributes;
  Reference reference;
};

torch::nn::Conv2dOptions conv_options(int64_t in, int64_t out, int64_t kernel) {
  return {in, out, kernel};
}

/// Runs a module of libtorch with the given parameters in the place of its own, so that gradients reach them.
template <class Holder>
at::Tensor run_module(Holder module, const at::Tensor& x, const std::vector<at::Tensor>& parameters) {
  if constexpr (std::is_same_v<Holder, torch::nn::Conv2d> || std::is_same_v<Holder, torch::nn::Linear>) {
    module->weight = parameters.at(0);
    if (module->options.bias()) module->bias = parameters.at(1);
  } else {
    module->weight = parameters.at(0), module->bias = parameters.at(1);
  }
  return module->forward(x);
}

std::vector<Row> table() {
  return {
      {"conv2d",
       {4, 9, 7},
       {{"out_channels", int64_t{6}}, {"kernel", int64_t{3}}},
       [](const auto& x, const auto& p) {
         return run_module(torch::nn::Conv2d(conv_options(4, 6, 3)), x, p);
       }},
      {"conv2d",
       {4, 9, 7},
       {{"out_channels", int64_t{6}},
        {"kernel", int64_t{3}},
        {"stride", int64_t{2}},
        {"padding", int64_t{1}},
        {"groups", int64_t{2}},
        {"bias", false}},
       [](const auto& x, const auto& p) {
         return run_module(
             torch::nn::Conv2d(conv_options(4, 6, 3).stride(2).padding(1).groups(2).bias(false)), x, p);
       }},
      {"conv2d",
       {3, 11, 11},
       {{"out_channels", int64_t{5}}, {"kernel", int64_t{3}}, {"dilation", int64_t{2}}},
       [](const auto& x, const auto& p) {
         return run_module(torch::nn::Conv2d(conv_options(3, 5, 3).dilation(2)), x, p);
       }},
      {"relu", {3, 5, 5}, {}, [](const auto& x, const auto&) { return torch::nn::ReLU()->forward(x); }},
      {"relu6", {3, 5, 5}, {}, [](const auto& x, const auto&) { return torch::nn::ReLU6()->forward(x); }},
      {"sigmoid", {3, 5, 5}, {}, [](const auto& x, const auto&) { return torch::nn::Sigmoid()->forward(x); }},
      {"hardsigmoid", {3, 5, 5}, {}, [](const auto& x, const auto&) { return at::clamp(x / 6 + 0.5, 0, 1); }},
      {"silu", {3, 5, 5}, {}, [](const auto& x, const auto&) { return torch::nn::SiLU()->forward(x); }},
      {"hardswish",
       {3, 5, 5},
       {},
       [](const auto& x, const auto&) { return x * at::clamp(x / 6 + 0.5, 0, 1); }},
      {"gelu", {3, 5, 5}, {}, [](const auto& x, const auto&) { return torch::nn::GELU()->forward(x); }},
      {"max_pool2d",
       {3, 7, 9},
       {{"kernel", int64_t{3}}, {"stride", int64_t{2}}, {"padding", int64_t{1}}},
       [](const auto& x, const auto&) {
         return torch::nn::MaxPool2d(torch::nn::MaxPool2dOptions(3).stride(2).padding(1))->forward(x);
       }},
      {"max_pool2d",
       {3, 7, 9},
       {{"kernel", int64_t{2}}, {"ceil_mode", true}},
       [](const auto& x, const auto&) {
         return torch::nn::MaxPool2d(torch::nn::MaxPool2dOptions(2).ceil_mode(true))->forward(x);
       }},
      {"avg_pool2d",
       {3, 7, 9},
       {{"kernel", int64_t{3}},
        {"stride", int64_t{2}},
        {"padding", int64_t{1}},
        {"count_include_pad", false}},
       [](const auto& x, const auto&) {
         return torch::nn::AvgPool2d(
                    torch::nn::AvgPool2dOptions(3).stride(2).padding(1).count_include_pad(false))
             ->forward(x);
       }},
      {"global_avg_pool2d",
       {3, 7, 9},
       {},
       [](const auto& x, const auto&) { return torch::nn::AdaptiveAvgPool2d(1)->forward(x).flatten(1); }},
      {"flatten", {3, 4, 5}, {}, [](const auto& x, const auto&) { return torch::nn::Flatten()->forward(x); }},
      {"linear",
       {12},
       {{"out_features", int64_t{7}}},
       [](const auto& x, const auto& p) { return run_module(torch::nn::Linear(12, 7), x, p); }},
      {"linear",
       {12},
       {{"out_features", int64_t{7}}, {"bias", false}},
       [](const auto& x, const auto& p) {
         return run_module(torch::nn::Linear(torch::nn::LinearOptions(12, 7).bias(false)), x, p);
       }},
      {"batch_norm2d",
       {4, 6, 5},
       {},
       [](const auto& x, const auto& p) {
         return run_module(torch::nn::BatchNorm2d(4), x, {p[0], p[1]});
       }},
  };
}

at::Tensor random_input(const graph::Shape& shape, int64_t batch) {
  std::vector<int64_t> sizes{batch};
  sizes.insert(sizes.end(), shape.begin(), shape.end());
  at::Tensor x = 3 * at::randn(sizes);
  if (x.dim() == 4) x = x.contiguous(at::MemoryFormat::ChannelsLast);
  return x.requires_grad_();
}

void check_close(const at::Tensor& a, const at::Tensor& b) {
  REQUIRE((a.sizes() == b.sizes()));
  CHECK(at::allclose(a, b, 1e-5, 1e-5));
}

}  // namespace

TEST_CASE("every operator computes values and gradients of libtorch's layer") {
  torch::manual_seed(1);
  std::set<std::string> covered{"input", "dropout", "add"};  // tested by themselves
  for (const Row& row : table()) {
    CAPTURE(row.op);
    covered.insert(row.op);
    const graph::Graph g = test::single_node(row.input, row.op, row.attributes);
    engine::Network network(g, graph::initialize(g, graph::Initializer::he_normal, 3), torch::kCPU);
    std::vector<at::Tensor> ours = network.trained_tensors(), theirs;
    for (const at::Tensor& parameter : ours) theirs.push_back(parameter.detach().clone().requires_grad_());
    for (const int64_t batch : {1, 5}) {
      const at::Tensor x = random_input(row.input, batch), y = x.detach().clone().requires_grad_();
      for (at::Tensor& parameter : ours) parameter.mutable_grad().reset();
      const at::Tensor out = network.forward(x, {.training = true});
      const at::Tensor expected = row.reference(y, theirs);
      check_close(out, expected);
      const at::Tensor weight = at::randn_like(expected);
      (out * weight).sum().backward();
      std::vector<at::Tensor> wanted{y};
      wanted.insert(wanted.end(), theirs.begin(), theirs.end());
      const auto gradients =
          torch::autograd::grad({(expected * weight).sum()}, wanted, {}, false, false, true);
      check_close(x.grad(), gradients[0]);
      for (size_t i = 0; i < ours.size(); ++i)
        if (gradients[i + 1].defined()) check_close(ours[i].grad(), gradients[i + 1]);
    }
  }
  for (const graph::Operator& op : graph::operators())
    CHECK_MESSAGE(covered.contains(std::string(op.name)), op.name);
}

TEST_CASE("the engine executes exactly the operators of the table") {
  std::set<std::string_view> known, executed;
  for (const graph::Operator& op : graph::operators()) known.insert(op.name);
  for (const engine::OperatorExecution& row : engine::operator_executions()) executed.insert(row.op);
  CHECK((known == executed));
}

TEST_CASE("add sums values and passes the gradient to both") {
  graph::Graph g({2, 3, 3});
  const int a = g.add("a", "relu", {0});
  g.add("sum", "add", {a, 0});
  engine::Network network(g, {}, torch::kCPU);
  const at::Tensor x = random_input({2, 3, 3}, 2);
  const at::Tensor out = network.forward(x, {});
  check_close(out, at::relu(x) + x);
  out.sum().backward();
  check_close(x.grad(), (x > 0).to(at::kFloat) + 1);
}

TEST_CASE("batch norm in evaluation uses the statistics that training updated") {
  const graph::Graph g = test::single_node({4, 6, 5}, "batch_norm2d");
  engine::Network network(g, graph::initialize(g, graph::Initializer::he_normal, 3), torch::kCPU);
  torch::nn::BatchNorm2d reference(4);
  for (int step = 0; step < 3; ++step) {
    const at::Tensor x = random_input({4, 6, 5}, 8) * 2 + 1;
    network.forward(x, {.training = true});
    reference->forward(x);
  }
  reference->eval();
  const at::Tensor x = random_input({4, 6, 5}, 2);
  check_close(network.forward(x, {}), reference->forward(x));
}
