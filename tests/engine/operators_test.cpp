#include "margay/engine/operators.h"

#include <doctest/doctest.h>
#include <torch/nn.h>

#include <cmath>
#include <functional>
#include <set>

#include "margay/engine/autograd.h"
#include "margay/engine/network.h"
#include "margay/engine/precision.h"
#include "margay/graph/operator.h"
#include "margay/runtime/cpu_engine.h"
#include "tests/support/graphs.h"
#include "tests/support/operator_rows.h"

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

at::Tensor tokens_of(const at::Tensor& map) {
  return map.flatten(2).transpose(1, 2);
}

at::Tensor normalize_layer(const at::Tensor& x, const std::vector<at::Tensor>& parameters) {
  // libtorch 1.13 wants one type of all three.
  return run_module(torch::nn::LayerNorm(torch::nn::LayerNormOptions({x.size(-1)})), x,
                    {parameters[0].to(x.scalar_type()), parameters[1].to(x.scalar_type())});
}

/// libtorch's attention of two heads, whose last layer hands its input on.
at::Tensor attend(const at::Tensor& x, const std::vector<at::Tensor>& parameters) {
  torch::nn::MultiheadAttention attention(torch::nn::MultiheadAttentionOptions(x.size(2), 2));
  attention->in_proj_weight = parameters[0], attention->in_proj_bias = parameters[1];
  attention->out_proj->weight = at::eye(x.size(2));
  attention->out_proj->bias = at::zeros({x.size(2)});
  const at::Tensor sequence = x.transpose(0, 1);
  return std::get<0>(attention->forward(sequence, sequence, sequence)).transpose(0, 1);
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
      // libtorch 1.13 has no gradient of its own in bfloat16.
      {"relu6", {3, 5, 5}, {}, [](const auto& x, const auto&) { return at::clamp(x, 0, 6); }},
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
      {"global_avg_pool2d",
       {3, 7, 9},
       {{"keep_map", true}},
       [](const auto& x, const auto&) { return torch::nn::AdaptiveAvgPool2d(1)->forward(x); }},
      {"multiply", {3, 4, 5}, {}, [](const auto& x, const auto&) { return x.square(); }},
      {"concat",
       {3, 4, 5},
       {},
       [](const auto& x, const auto&) {
         return x.repeat({1, 2, 1, 1});
       }},
      {"layer_norm",
       {6, 4, 5},
       {},
       [](const auto& x, const auto& p) {
         return normalize_layer(x.permute({0, 2, 3, 1}), p).permute({0, 3, 1, 2});
       }},
      {"layer_norm",
       {4, 6},
       {},
       [](const auto& x, const auto& p) { return normalize_layer(tokens_of(x), p); }},
      {"layer_norm", {6}, {}, [](const auto& x, const auto& p) { return normalize_layer(x, p); }},
      {"layer_scale", {6, 4, 5}, {{"initial", 0.5}}, [](const auto& x, const auto& p) { return x * p[0]; }},
      {"tokens", {6, 4, 5}, {}, [](const auto& x, const auto&) { return tokens_of(x); }},
      {"feature_map",
       {20, 6},
       {{"height", int64_t{4}}, {"width", int64_t{5}}},
       [](const auto& x, const auto&) {
         return x.reshape({x.size(0), 6, 4, 5});
       }},
      {"class_token",
       {4, 6},
       {},
       [](const auto& x, const auto& p) {
         return at::cat({p[0].repeat({x.size(0), 1, 1}), tokens_of(x)}, 1);
       }},
      {"position_embedding", {4, 6}, {}, [](const auto& x, const auto& p) { return tokens_of(x) + p[0]; }},
      {"self_attention",
       {5, 6},
       {{"heads", int64_t{2}}},
       [](const auto& x, const auto& p) { return attend(tokens_of(x), p); }},
      {"first_token", {4, 6}, {}, [](const auto& x, const auto&) { return tokens_of(x).select(1, 0); }},
      {"linear",
       {4, 6},
       {{"out_features", int64_t{7}}},
       [](const auto& x, const auto& p) { return run_module(torch::nn::Linear(6, 7), tokens_of(x), p); }},
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
      {"leaky_relu",
       {3, 5, 5},
       {{"slope", 0.2}},
       [](const auto& x, const auto&) {
         return torch::nn::LeakyReLU(torch::nn::LeakyReLUOptions().negative_slope(0.2))->forward(x);
       }},
      {"elu",
       {3, 5, 5},
       {{"alpha", 0.7}},
       [](const auto& x, const auto&) {
         return torch::nn::ELU(torch::nn::ELUOptions().alpha(0.7))->forward(x);
       }},
      {"tanh", {3, 5, 5}, {}, [](const auto& x, const auto&) { return torch::nn::Tanh()->forward(x); }},
      {"global_max_pool2d",
       {3, 7, 9},
       {},
       [](const auto& x, const auto&) { return torch::nn::AdaptiveMaxPool2d(1)->forward(x).flatten(1); }},
      {"global_max_pool2d",
       {3, 7, 9},
       {{"keep_map", true}},
       [](const auto& x, const auto&) { return torch::nn::AdaptiveMaxPool2d(1)->forward(x); }},
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
  at::manual_seed(1);
  std::set<std::string> covered{"input", "dropout", "stochastic_depth", "add"};  // tested by themselves
  for (const Row& row : table()) {
    CAPTURE(row.op);
    covered.insert(row.op);
    const graph::Graph g = test::single_node(row.input, row.op, row.attributes);
    const graph::Shape& input = g.input_shape();
    engine::Network network(g, graph::initialize(g, graph::Initializer::he_normal, 3), at::kCPU);
    std::vector<at::Tensor> ours = network.trained_tensors(), theirs;
    for (const at::Tensor& parameter : ours) theirs.push_back(parameter.detach().clone().requires_grad_());
    for (const int64_t batch : {1, 5}) {
      const at::Tensor x = random_input(input, batch), y = x.detach().clone().requires_grad_();
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

namespace {

/// The output as float32, and the gradients of `leaves`; `weigh` makes the gradient of the output.
std::vector<at::Tensor> learn(const std::function<at::Tensor()>& forward, bool bf16,
                              const std::vector<at::Tensor>& leaves,
                              const std::function<at::Tensor(const at::Tensor&)>& weigh) {
  at::Tensor out;
  {
    const engine::AutocastGuard guard(at::kCPU, bf16);
    out = forward().to(at::kFloat);
  }
  std::vector<at::Tensor> values{out.detach()};
  for (const at::Tensor& gradient : torch::autograd::grad({(out * weigh(out.detach())).sum()}, leaves))
    values.push_back(gradient);
  return values;
}

double distance(const at::Tensor& a, const at::Tensor& b) {
  return ((a - b).norm() / b.norm()).item<double>();
}

}  // namespace

TEST_CASE("every operator learns in bfloat16 as well as libtorch's own does") {
  if (!runtime::onednn_computes_bf16()) {
    MESSAGE("SKIPPED: this processor has no AVX-512 for bfloat16");
    return;
  }
  for (const Row& row : table()) {
    CAPTURE(row.op);
    // A convolution and a linear layer give their output in bfloat16, as they do in a network.
    const bool is_sequence = row.input.size() == 2, is_vector = row.input.size() == 1;
    const int64_t channels = is_sequence ? row.input[1] : row.input[0];
    graph::Graph g(is_sequence ? graph::Shape{channels, row.input[0], 1} : row.input);
    int x = is_vector ? g.add("first", "linear", {0}, {{"out_features", channels}})
                      : g.add("first", "conv2d", {0}, {{"out_channels", channels}, {"kernel", int64_t{1}}});
    if (is_sequence) x = g.add("tokens", "tokens", {x});
    g.add("node", row.op, std::vector<int>(graph::find_operator(row.op).inputs, x), row.attributes);
    engine::Network network(g, graph::initialize(g, graph::Initializer::he_normal, 3), at::kCPU);
    const std::vector<at::Tensor> parameters = network.trained_tensors();
    const std::vector<at::Tensor> of_node(parameters.begin() + 2, parameters.end());

    // Attention to larger values is to one token each, and which of two nearly alike, rounding decides. With
    // many pictures, sums that are taken in bfloat16 show.
    const double size = row.op == "self_attention" ? 0.5 : 1;
    const at::Tensor input = (random_input(g.input_shape(), 128).detach() * (size / 3)).requires_grad_();
    std::vector<at::Tensor> leaves{input};
    leaves.insert(leaves.end(), of_node.begin(), of_node.end());
    const auto ours = [&] { return network.forward(input, {.training = true}); };
    const auto theirs = [&] {
      const at::Tensor first = is_vector ? at::linear(input, parameters[0], parameters[1])
                                         : at::conv2d(input, parameters[0], parameters[1]);
      return row.reference(first, of_node);
    };
    // What goes with the output, so that no gradient is a sum that nearly cancels, of which rounding is the
    // most; and something else, since normalisation takes out what goes with its output.
    at::Tensor weight;
    const auto exact = learn(ours, false, leaves, [&](const at::Tensor& out) {
      return weight = out / out.std() + at::randn_like(out) + 0.5;
    });
    const auto same = [&](const at::Tensor&) { return weight; };
    const auto half = learn(ours, true, leaves, same), libtorchs = learn(theirs, true, leaves, same);
    for (size_t i = 0; i < exact.size(); ++i) {
      CAPTURE(i);
      CHECK(distance(half[i], exact[i]) <= 2 * distance(libtorchs[i], exact[i]) + 0.002);
      // A gradient that is too large by a tenth has 1.1 here.
      const double share = ((half[i] * exact[i]).sum() / exact[i].square().sum()).item<double>();
      CHECK(std::abs(share - 1) < 0.05);
    }
  }
}

TEST_CASE("the engine executes exactly the operators of the table") {
  const std::vector<std::string_view> rows = test::names_of_rows(engine::operator_executions());
  const auto faults = [](const std::vector<std::string_view>& executed) {
    return test::faults_of_rows("engine", executed,
                                [](const graph::Operator& row) { return row.inputs == 0; });
  };
  for (const std::string& fault : faults(rows)) FAIL_CHECK(fault);
  CHECK((faults(test::without(rows, "conv2d")) ==
         std::vector<std::string>{"the engine has no row for 'conv2d'"}));
}

TEST_CASE("what is overwritten is needed by nobody, whatever the operator") {
  for (const Row& row : table()) {
    CAPTURE(row.op);
    graph::Graph alone = test::single_node(row.input, row.op, row.attributes);
    graph::Graph read_twice = alone;
    read_twice.tap("kept", read_twice.output());
    for (graph::Graph* g : {&alone, &read_twice}) g->add("after", "relu", {g->output()});
    const graph::Weights weights = graph::initialize(alone, graph::Initializer::he_normal, 3);
    const at::Tensor x = random_input(alone.input_shape(), 3);
    const auto learned = [&](const graph::Graph& g) {
      engine::Network network(g, weights, at::kCPU, engine::Fusion::off);
      const at::Tensor out = network.forward(x, {.training = true});
      return std::pair(out.detach(), torch::autograd::grad({out.square().sum()}, {x})[0]);
    };
    const auto overwritten = learned(alone), kept = learned(read_twice);
    CHECK(at::equal(overwritten.first, kept.first));
    CHECK(at::equal(overwritten.second, kept.second));
  }
}

TEST_CASE("add sums values and passes the gradient to both") {
  graph::Graph g({2, 3, 3});
  const int a = g.add("a", "relu", {0});
  g.add("sum", "add", {a, 0});
  engine::Network network(g, {}, at::kCPU);
  const at::Tensor x = random_input({2, 3, 3}, 2);
  const at::Tensor out = network.forward(x, {});
  check_close(out, at::relu(x) + x);
  out.sum().backward();
  check_close(x.grad(), (x > 0).to(at::kFloat) + 1);
}

TEST_CASE("a factor for each channel is multiplied and gets its gradient") {
  graph::Graph g({3, 4, 5});
  const int squeezed = g.add("squeeze", "global_avg_pool2d", {0}, {{"keep_map", true}});
  g.add("scaled", "multiply", {0, squeezed});
  engine::Network network(g, {}, at::kCPU);
  const at::Tensor x = random_input({3, 4, 5}, 2), y = x.detach().clone().requires_grad_();
  const at::Tensor out = network.forward(x, {}), expected = y * y.mean({2, 3}, true);
  check_close(out, expected);
  (out * out).sum().backward();
  (expected * expected).sum().backward();
  CHECK(at::allclose(x.grad(), y.grad(), 1e-4, 1e-4));
}

TEST_CASE("stochastic depth drops whole pictures at its rate in training and nothing afterwards") {
  const graph::Graph g = test::single_node({3, 4, 5}, "stochastic_depth", {{"rate", 0.25}});
  engine::Network network(g, {}, at::kCPU);
  std::vector<uint32_t> samples(400);
  for (uint32_t i = 0; i < 400; ++i) samples[i] = i;
  const at::Tensor x = at::ones({400, 3, 4, 5}).requires_grad_();
  CHECK(at::equal(network.forward(x, {}), x));
  const at::Tensor out = network.forward(x, {.training = true, .seed = 1, .epoch = 1, .samples = samples});
  const at::Tensor kept = out.select(1, 0).select(1, 0).select(1, 0) > 0;
  check_close(out, (kept.to(at::kFloat) / 0.75).reshape({400, 1, 1, 1}).expand_as(out));
  // Four standard deviations of 400 draws are 0.087.
  CHECK(kept.to(at::kFloat).mean().item<double>() == doctest::Approx(0.75).epsilon(0.11));
  out.sum().backward();
  check_close(x.grad(), out);
  const at::Tensor again = network.forward(x, {.training = true, .seed = 1, .epoch = 2, .samples = samples});
  CHECK_FALSE(at::equal(again, out));
}

TEST_CASE("batch norm learns from a single value and keeps its statistics") {
  const graph::Graph g = test::single_node({4, 1, 1}, "batch_norm2d");
  engine::Network network(g, graph::initialize(g, graph::Initializer::he_normal, 3), at::kCPU);
  const graph::Weights before = network.weights();
  const at::Tensor x = random_input({4, 1, 1}, 1);
  const at::Tensor out = network.forward(x, {.training = true});
  check_close(out, x / std::sqrt(1 + 1e-5));
  CHECK((network.weights() == before));
  out.sum().backward();
  CHECK(at::isfinite(x.grad()).all().item<bool>());
}

TEST_CASE("batch norm in evaluation uses the statistics that training updated") {
  const graph::Graph g = test::single_node({4, 6, 5}, "batch_norm2d");
  engine::Network network(g, graph::initialize(g, graph::Initializer::he_normal, 3), at::kCPU);
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
