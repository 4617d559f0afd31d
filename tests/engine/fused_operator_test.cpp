// What is executed as one gives the values and gradients of one operation after the other.
#include "margay/engine/fused_operator.h"

#include <ATen/Parallel.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "margay/core/cpu.h"
#include "margay/engine/autograd.h"
#include "margay/engine/network.h"
#include "margay/engine/precision.h"
#include "margay/runtime/cpu_engine.h"
#include "tests/support/precisions.h"

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

/// One way forward and back.
struct Pass {
  std::vector<at::Tensor> values;        ///< the output, and the gradients of the input and all parameters
  std::multiset<std::string> operators;  ///< of the way back, as libtorch names them

  /// Whether a chain of a kind, such as "ConvPool", was executed as one.
  bool took(std::string_view chain) const {
    const std::string wanted = std::string(chain) + "Function";
    return std::ranges::any_of(operators,
                               [&](const std::string& name) { return name.find(wanted) != name.npos; });
  }
};

std::multiset<std::string> operators_behind(const at::Tensor& output) {
  std::multiset<std::string> names;
  std::set<const torch::autograd::Node*> seen;
  std::vector<const torch::autograd::Node*> open{output.grad_fn().get()};
  while (!open.empty()) {
    const torch::autograd::Node* node = open.back();
    open.pop_back();
    if (node == nullptr || !seen.insert(node).second) continue;
    names.insert(node->name());
    for (const torch::autograd::Edge& edge : node->next_edges()) open.push_back(edge.function.get());
  }
  return names;
}

Pass run(engine::Network& network, const at::Tensor& pictures, bool bf16, bool frozen = false) {
  at::set_num_threads(2);  // as trainings have; libtorch begins with one
  const at::Tensor input = pictures.detach().clone().requires_grad_();
  at::Tensor output;
  {
    const engine::AutocastGuard autocast(at::kCPU, bf16);
    output = network.forward(bf16 ? input.to(at::kBFloat16) : input,
                             {.training = true, .batch_norm_is_frozen = frozen});
  }
  // Positive on the average, so that no gradient is a sum that nearly cancels, of which rounding is the most.
  const at::Tensor weights = 0.5 + at::cos(at::arange(output.numel(), at::kFloat)).reshape(output.sizes());
  std::vector<at::Tensor> leaves{input};
  for (const at::Tensor& tensor : network.trained_tensors()) leaves.push_back(tensor);
  Pass pass{{output.detach()}, operators_behind(output)};
  for (const at::Tensor& gradient : torch::autograd::grad({(output * weights).sum()}, leaves))
    pass.values.push_back(gradient);
  return pass;
}

double distance(const at::Tensor& a, const at::Tensor& b) {
  return ((a - b).norm() / (b.norm() + 1e-12)).item<double>();
}

/// How much of `exact` there is in `a`: 1 but for rounding, 1.1 where `a` is too large by a tenth.
double share_of(const at::Tensor& exact, const at::Tensor& a) {
  return ((a * exact).sum() / exact.square().sum()).item<double>();
}

/// bfloat16 is at most `times` as far from the exact values as libtorch's own bfloat16, and as large.
void check_bf16(const at::Tensor& fused, const at::Tensor& plain, const at::Tensor& exact, double times,
                double slack) {
  CHECK(distance(fused, exact) <= times * distance(plain, exact) + slack);
  // The weights of a few channels are sums whose rounding errors have not averaged out.
  CHECK(std::abs(share_of(exact, fused) - 1) < 0.05);
}

bool is_executed_as_one(const graph::Graph& g, bool bf16) {
  const std::vector<int> readers(g.nodes().size(), 1);
  const std::vector<bool> taken(g.nodes().size());
  const auto chain = engine::find_chain({g, readers, taken}, 1);
  const std::vector<at::Tensor> inputs{at::zeros({2, 1, 1, 1})};
  const engine::ForwardContext context{.training = true};
  return chain && chain->fused->is_usable({inputs, {}, context, bf16 ? at::kBFloat16 : at::kFloat});
}

/// Whether this processor multiplies the type by vectors of 512 bits, as the kernels do, and oneDNN may.
bool has_products(bool bf16) {
  const bool is_limited = cpu_has_bf16() && !runtime::onednn_has_bf16();
  return !is_limited && (bf16 ? cpu_has_bf16() : cpu_has_avx512());
}

/// Convolutions as networks have them, which have to be executed as one where `has_products`; of others
/// oneDNN decides.
bool is_usual(const Row& row) {
  return row.dilation == 1 && row.groups == 1 && (row.channels == 3 || row.channels % 16 == 0);
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
  for (const bool bf16 : test::bf16_or_not()) {
    for (const Row& row : kRows) {
      const graph::Graph g = graph_of(row);
      const graph::Weights weights = graph::initialize(g, graph::Initializer::he_normal, 3);
      engine::Network fused(g, weights, at::kCPU), plain(g, weights, at::kCPU, engine::Fusion::off);
      for (const int batch : {1, 8, 19}) {
        at::manual_seed(batch);
        const at::Tensor pictures = at::randn({batch, row.channels, row.height, row.width})
                                        .contiguous(at::MemoryFormat::ChannelsLast);
        const auto a = run(fused, pictures, bf16), b = run(plain, pictures, bf16);
        const auto exact = bf16 ? run(plain, pictures, false) : b;
        CAPTURE(bf16);
        CAPTURE(row.channels);
        CAPTURE(row.stride);
        CAPTURE(row.groups);
        CAPTURE(batch);
        CHECK(a.took("ConvPool") == is_executed_as_one(g, bf16));
        CHECK((a.took("ConvPool") || !is_usual(row) || !has_products(bf16)));
        CHECK_FALSE(b.took("ConvPool"));
        REQUIRE(a.values.size() == b.values.size());
        for (size_t i = 0; i < a.values.size(); ++i) {
          CAPTURE(i);
          if (bf16)  // a maximum may be another one of two that are nearly alike, in either
            check_bf16(a.values[i], b.values[i], exact.values[i], 2, 0.002);
          else
            CHECK(distance(a.values[i], exact.values[i]) <= 1e-4);
        }
      }
      used += is_executed_as_one(g, bf16);
    }
  }
  MESSAGE(used, " of ", test::bf16_or_not().size() * kRows.size(),
          " chains are executed as one on this processor");
}

TEST_CASE("the same pictures give the same bits again") {
  for (const bool bf16 : test::bf16_or_not()) {
    for (const Row& row : kRows) {
      const graph::Graph g = graph_of(row);
      engine::Network network(g, graph::initialize(g, graph::Initializer::he_normal, 3), at::kCPU);
      const at::Tensor pictures = at::randn({10, row.channels, row.height, row.width});
      const Pass first = run(network, pictures, bf16);
      CHECK((first.took("ConvPool") || !is_usual(row) || !has_products(bf16)));
      for (int i = 0; i < 10; ++i) {
        const Pass again = run(network, pictures, bf16);
        for (size_t j = 0; j < first.values.size(); ++j) REQUIRE(again.values[j].equal(first.values[j]));
      }
    }
  }
}

TEST_CASE("what is not a number goes through pooling and ReLU") {
  const graph::Graph g = graph_of(kRows[1]);
  engine::Network network(g, graph::initialize(g, graph::Initializer::he_normal, 3), at::kCPU);
  for (const bool bf16 : test::bf16_or_not()) {
    at::Tensor pictures = at::zeros({2, 16, 14, 15});
    pictures[1][3][5][5] = std::numeric_limits<float>::quiet_NaN();
    const Pass pass = run(network, pictures, bf16);
    CHECK((pass.took("ConvPool") || !has_products(bf16)));
    const at::Tensor& output = pass.values.front();
    CHECK_FALSE(output[0].isnan().any().item<bool>());
    CHECK(output[1].isnan().any().item<bool>());
  }
}

TEST_CASE("a chain ends where somebody else reads and where pooling is another") {
  graph::Graph g({16, 8, 8});
  int x = g.add("conv", "conv2d", {0}, {{"out_channels", int64_t{16}}, {"kernel", int64_t{1}}});
  x = g.add("pool", "max_pool2d", {x}, {{"kernel", int64_t{2}}});
  x = g.add("relu", "relu", {x});
  const std::vector<bool> free(4), last_taken{false, false, false, true};
  const auto length = [&](const std::vector<int>& readers, const std::vector<bool>& taken) {
    const auto chain = engine::find_chain({g, readers, taken}, 1);
    return chain ? chain->nodes.size() : 0;
  };
  CHECK(length({1, 1, 1, 1}, free) == 3);
  CHECK(length({1, 1, 1, 1}, last_taken) == 2);
  CHECK(length({1, 1, 2, 1}, free) == 2);
  CHECK(length({1, 2, 1, 1}, free) == 0);
  const std::vector<int> ones(4, 1);
  CHECK(engine::find_chain({g, ones, free}, 2)->nodes.size() == 2);  // pooling with ReLU alone
  graph::Graph other({16, 8, 8});
  x = other.add("conv", "conv2d", {0}, {{"out_channels", int64_t{16}}, {"kernel", int64_t{1}}});
  other.add("pool", "max_pool2d", {x}, {{"kernel", int64_t{3}}});
  CHECK_FALSE(engine::find_chain({other, ones, free}, 1));
}

namespace {

/// conv2d and batch_norm2d, with what a table wants behind them; the branch is what add adds.
graph::Graph norm_graph_of(const Row& row, bool add, bool bias, const char* activation = "relu") {
  graph::Graph g({row.channels, row.height, row.width});
  const std::map<std::string, graph::Attribute> same{{"out_channels", int64_t{row.out}},
                                                     {"kernel", int64_t{row.kernel}},
                                                     {"stride", int64_t{row.stride}},
                                                     {"padding", int64_t{row.padding}},
                                                     {"groups", int64_t{row.groups}}};
  auto with_bias = same;
  with_bias["bias"] = bias;
  int x = g.add("conv", "conv2d", {0}, with_bias);
  x = g.add("norm", "batch_norm2d", {x}, {{"eps", 1e-3}, {"momentum", 0.3}});
  if (add) {
    int branch = g.add("branch", "conv2d", {0}, same);
    if (bias) branch = g.add("norm2", "batch_norm2d", {branch});
    x = g.add("add", "add", {x, branch});
  }
  if (row.relu) g.add("relu", activation, {x});
  return g;
}

/// `level` is the mean of the scales and shifts of normalisations.
graph::Weights random_weights(const graph::Graph& g, float level = 1) {
  graph::Weights weights = graph::initialize(g, graph::Initializer::he_normal, 3);
  int seed = 0;
  for (auto& [name, tensor] : weights)
    for (float& value : tensor.values)
      if (name.starts_with("norm")) value = level + 0.4f * std::sin(static_cast<float>(++seed));
  return weights;
}

/// Pictures for which no value in front of the activation lies so near an edge of ReLU or ReLU6 that rounding
/// decides on which side it is: there, the gradients of two right programs differ.
at::Tensor pictures_off_edges(Row row, bool add, const graph::Weights& weights, int batch, bool frozen) {
  row.relu = false;
  engine::Network network(norm_graph_of(row, add, weights.contains("conv.bias")), weights, at::kCPU,
                          engine::Fusion::off);
  const at::NoGradGuard no_gradient;
  for (int seed = batch;; ++seed) {
    REQUIRE(seed < batch + 100);
    at::manual_seed(seed);
    const at::Tensor pictures = (at::randn({batch, row.channels, row.height, row.width}) + 2)
                                    .contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor values = network.forward(pictures, {.training = true, .batch_norm_is_frozen = frozen});
    if (at::min(values.abs().min(), (values - 6).abs().min()).item<double>() > 1e-5) return pictures;
  }
}

}  // namespace

TEST_CASE("a convolution with normalisation and a sum has the values and gradients of its operations") {
  for (const bool bf16 : test::bf16_or_not()) {
    for (const Row& row : kRows) {
      for (const auto& [add, activation] :
           {std::pair{false, "relu"}, {true, "relu"}, {false, "relu6"}, {true, "relu6"}}) {
        const graph::Graph g = norm_graph_of(row, add, row.bias, activation);
        // So large that ReLU6 has something to cut off.
        const graph::Weights weights = random_weights(g, std::string_view(activation) == "relu6" ? 2 : 1);
        engine::Network fused(g, weights, at::kCPU), plain(g, weights, at::kCPU, engine::Fusion::off);
        const int batch = add ? 3 : 17;
        const at::Tensor pictures = pictures_off_edges(row, add, weights, batch, false);
        const bool norm_is_fused = is_executed_as_one(g, bf16);
        const auto exact = run(plain, pictures, false);
        // Statistics move with every pass: that of `exact` moves those of `fused` too.
        if (bf16) run(fused, pictures, false);
        const auto a = run(fused, pictures, bf16), b = bf16 ? run(plain, pictures, true) : exact;
        CAPTURE(bf16);
        CAPTURE(row.channels);
        CAPTURE(row.out);
        CAPTURE(row.kernel);
        CAPTURE(row.relu);
        CAPTURE(add);
        CAPTURE(std::string(activation));
        CHECK(a.took("ConvNorm") == norm_is_fused);
        CHECK((a.took("ConvNorm") || !is_usual(row) || !has_products(bf16)));
        CHECK_FALSE(b.took("ConvNorm"));
        REQUIRE(a.values.size() == b.values.size());
        size_t index = 0;
        const auto check = [&](const std::string& name) {
          CAPTURE(name);
          const at::Tensor &x = a.values[index], &y = b.values[index], &truth = exact.values[index];
          ++index;
          // The gradient of a bias in front of a normalisation is rounding alone.
          if (name == "conv.bias" || (name == "branch.bias" && row.bias))
            CHECK((!norm_is_fused || x.abs().max().item<double>() == 0));
          else if (bf16)  // ReLU6 has two edges where rounding decides
            check_bf16(x, y, truth, std::string_view(activation) == "relu6" ? 2 : 1.5, 0.01);
          else
            CHECK(distance(x, y) < 1e-4);
        };
        check("output");
        check("input");
        for (const engine::NamedTensor& tensor : fused.tensors())
          if (tensor.trained) check(tensor.name);
        for (size_t i = 0; i < fused.tensors().size(); ++i)  // running statistics
          CHECK(distance(fused.tensors()[i].tensor, plain.tensors()[i].tensor) < (bf16 ? 0.01 : 1e-4));
      }
    }
  }
}

TEST_CASE("with frozen statistics a convolution has the values and gradients of its operations") {
  for (const bool bf16 : test::bf16_or_not()) {
    for (const Row& row : kRows) {
      for (const auto& [add, activation] : {std::pair{false, "relu6"}, {true, "relu"}}) {
        const graph::Graph g = norm_graph_of(row, add, false, activation);
        const graph::Weights weights = random_weights(g);
        engine::Network fused(g, weights, at::kCPU), plain(g, weights, at::kCPU, engine::Fusion::off);
        const at::Tensor pictures = pictures_off_edges(row, add, weights, 7, true);
        const auto exact = run(plain, pictures, false, true), a = run(fused, pictures, bf16, true),
                   b = bf16 ? run(plain, pictures, true, true) : exact;
        CAPTURE(bf16);
        CAPTURE(row.channels);
        CAPTURE(row.out);
        CAPTURE(row.stride);
        CAPTURE(add);
        CHECK(a.took("ConvNorm") == is_executed_as_one(g, bf16));
        CHECK((a.took("ConvNorm") || !is_usual(row) || !has_products(bf16)));
        for (size_t i = 0; i < a.values.size(); ++i) {
          CAPTURE(i);
          if (bf16)  // 1.73 times as far as libtorch's on a Xeon, 1.5 and less elsewhere
            check_bf16(a.values[i], b.values[i], exact.values[i], 2, 0.01);
          else
            CHECK(distance(a.values[i], b.values[i]) < 1e-4);
        }
        CHECK((fused.weights() == weights));
      }
    }
  }
}

TEST_CASE("fused normalisation keeps its statistics outside of training and has gradients then too") {
  const graph::Graph g = norm_graph_of(kRows[1], true, false);
  engine::Network fused(g, random_weights(g), at::kCPU),
      plain(g, random_weights(g), at::kCPU, engine::Fusion::off);
  const at::Tensor pictures = at::randn({5, 16, 14, 15});
  {
    const at::NoGradGuard no_gradient;
    CHECK(distance(fused.forward(pictures, {}), plain.forward(pictures, {})) < 1e-5);
    CHECK((fused.weights() == plain.weights()));
    const engine::ForwardContext context{.training = true, .batch_norm_momentum = 1.0};
    fused.forward(pictures, context), plain.forward(pictures, context);
    for (size_t i = 0; i < fused.tensors().size(); ++i)
      CHECK(distance(fused.tensors()[i].tensor, plain.tensors()[i].tensor) < 1e-4);
  }
  const auto gradients = [&](engine::Network& network) {
    const at::Tensor output = network.forward(pictures, {});
    const Pass pass{{}, operators_behind(output)};
    const bool is_plain = &network == &plain;
    CHECK((pass.took("ConvNorm") || is_plain || !has_products(false)));
    CHECK_FALSE((pass.took("ConvNorm") && is_plain));
    return torch::autograd::grad({output.square().sum()}, network.trained_tensors());
  };
  const auto a = gradients(fused), b = gradients(plain);
  for (size_t i = 0; i < a.size(); ++i) CHECK(distance(a[i], b[i]) < 1e-4);
}

TEST_CASE(
    "pooling and dense layers without a convolution have the values and gradients of their operations") {
  for (const bool relu : {false, true}) {
    graph::Graph g({24, 9, 10});
    int x = g.add("pool", "max_pool2d", {0}, {{"kernel", int64_t{2}}});
    if (relu) x = g.add("relu1", "relu", {x});
    x = g.add("flatten", "flatten", {x});
    x = g.add("dense", "linear", {x}, {{"out_features", int64_t{70}}});
    if (relu) x = g.add("relu2", "relu", {x});
    x = g.add("last", "linear", {x}, {{"out_features", int64_t{3}}, {"bias", false}});
    const graph::Weights weights = graph::initialize(g, graph::Initializer::he_normal, 3);
    engine::Network fused(g, weights, at::kCPU), plain(g, weights, at::kCPU, engine::Fusion::off);
    for (const bool bf16 : test::bf16_or_not()) {
      // A unit that ReLU lets through in one precision alone is much of one picture, and not of nine.
      for (const int batch : {bf16 ? 9 : 1, 33}) {
        const at::Tensor pictures = at::randn({batch, 24, 9, 10});
        const auto exact = run(plain, pictures, false), a = run(fused, pictures, bf16),
                   b = run(plain, pictures, bf16);
        CAPTURE(relu);
        CAPTURE(bf16);
        CAPTURE(batch);
        CHECK(a.took("MaxPool"));
        CHECK(a.took("Dense") == (bf16 && cpu_has_bf16()));
        for (size_t i = 0; i < a.values.size(); ++i) {
          CAPTURE(i);
          if (bf16)
            check_bf16(a.values[i], b.values[i], exact.values[i], 1.5, 0.01);
          else
            CHECK(distance(a.values[i], b.values[i]) < 1e-5);
        }
      }
    }
  }
}

TEST_CASE("a dense layer sees weights that were changed in place") {
  graph::Graph g({200});
  g.add("dense", "linear", {0}, {{"out_features", int64_t{100}}});
  engine::Network network(g, graph::initialize(g, graph::Initializer::he_normal, 3), at::kCPU);
  const at::Tensor input = at::ones({2, 200});
  const auto output = [&] {
    const at::NoGradGuard no_gradient;
    const engine::AutocastGuard autocast(at::kCPU, true);
    return network.forward(input, {});
  };
  const at::Tensor before = output();
  {
    const at::NoGradGuard no_gradient;
    at::Tensor weight = network.trained_tensors()[0];
    weight.mul_(2);
  }
  {
    const c10::InferenceMode inference;  // what is made here is used for training below
    CHECK(distance(output(), before * 2) < 0.01);
  }
  const Pass pass = run(network, input, true);
  CHECK(distance(pass.values.front(), before * 2) < 0.01);
  CHECK(pass.took("Dense") == cpu_has_bf16());
}
