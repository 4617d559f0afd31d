// The table of operators and what is read off it.
#include "margay/graph/operator.h"

#include <algorithm>
#include <array>
#include <limits>

#include "margay/core/error.h"
#include "margay/core/lower_case.h"
#include "margay/graph/compound_layers.h"
#include "margay/graph/operators/rows.h"

namespace margay::graph {

std::span<const Operator> operators() {
  static const std::array table{input_row(),
                                conv2d_row(),
                                batch_norm2d_row(),
                                activation_row("relu"),
                                activation_row("relu6"),
                                leaky_relu_row(),
                                elu_row(),
                                activation_row("tanh"),
                                activation_row("sigmoid"),
                                activation_row("hardsigmoid"),
                                activation_row("silu"),
                                activation_row("hardswish"),
                                activation_row("gelu"),
                                max_pool2d_row(),
                                avg_pool2d_row(),
                                global_avg_pool2d_row(),
                                global_max_pool2d_row(),
                                flatten_row(),
                                linear_row(),
                                dropout_row(),
                                stochastic_depth_row(),
                                add_row(),
                                multiply_row(),
                                concat_row(),
                                layer_norm_row(),
                                layer_scale_row(),
                                tokens_row(),
                                feature_map_row(),
                                class_token_row(),
                                position_embedding_row(),
                                self_attention_row(),
                                first_token_row()};
  return table;
}

namespace {

/// What Keras and PyTorch call a layer, in small letters and without dashes.
struct OtherName {
  std::string_view other, ours;
};
constexpr OtherName kOtherNames[] = {{"dense", "linear"},
                                     {"convolution2d", "conv2d"},
                                     {"separableconvolution2d", "separable_conv2d"},
                                     {"maxpooling2d", "max_pool2d"},
                                     {"averagepooling2d", "avg_pool2d"},
                                     {"globalaveragepooling2d", "global_avg_pool2d"},
                                     {"globalmaxpooling2d", "global_max_pool2d"},
                                     {"adaptiveavgpool2d", "global_avg_pool2d"},
                                     {"batchnormalization", "batch_norm2d"},
                                     {"layernormalization", "layer_norm"},
                                     {"concatenate", "concat"},
                                     {"swish", "silu"},
                                     {"multiheadattention", "self_attention"}};

std::string nearest_layer(std::string_view name, const std::vector<std::string>& known) {
  std::string plain;
  for (const char letter : lower_case(std::string(name)))
    if (letter != '_') plain += letter;
  for (const auto& [other, ours] : kOtherNames)
    if (other == plain) return std::string(ours);
  return nearest_name(lower_case(std::string(name)), known);
}

}  // namespace

const Operator& find_operator(std::string_view name) {
  std::vector<std::string> names;
  for (const Operator& row : operators()) {
    if (row.name == name) return row;
    if (row.inputs > 0) names.emplace_back(row.name);  // the input is no layer
  }
  for (const CompoundLayer& layer : compound_layers()) names.emplace_back(layer.name);  // as good in a recipe
  const std::string nearest = nearest_layer(name, names);
  throw ModelError("graph", fmt::format("there is no operator '{}'", name),
                   nearest.empty()
                       ? fmt::format("known are {}", fmt::join(names, ", "))
                       : fmt::format("did you mean '{}'? Known are {}", nearest, fmt::join(names, ", ")));
}

std::vector<Shape> input_shapes_of(const Graph& graph, int node) {
  std::vector<Shape> shapes;
  for (const int input : graph.nodes().at(node).inputs) shapes.push_back(graph.shape(input));
  return shapes;
}

std::vector<ParameterSpec> parameters_of(const Node& node, std::span<const Shape> inputs) {
  const Operator& row = find_operator(node.op);
  return row.parameters ? row.parameters(node, inputs) : std::vector<ParameterSpec>{};
}

std::string full_name(const Node& node, const ParameterSpec& spec) {
  return spec.name.empty() ? node.name : fmt::format("{}.{}", node.name, spec.name);
}

std::vector<GraphParameter> parameters_of(const Graph& graph) {
  std::vector<GraphParameter> list;
  for (int i = 0; i <= graph.output(); ++i) {
    const Node& node = graph.nodes()[i];
    for (ParameterSpec& spec : parameters_of(node, input_shapes_of(graph, i)))
      list.push_back({full_name(node, spec), i, std::move(spec)});
  }
  return list;
}

int64_t flops_of(const Graph& graph, int node) {
  const Node& made = graph.nodes().at(node);
  const Operator& row = find_operator(made.op);
  return row.flops ? row.flops(made, input_shapes_of(graph, node), graph.shape(node)) : 0;
}

namespace {

int64_t capped_sum(int64_t a, int64_t b) {
  int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<int64_t>::max() : sum;
}

}  // namespace

int64_t flops_of(const Graph& graph) {
  int64_t total = 0;
  for (int i = 0; i <= graph.output(); ++i) total = capped_sum(total, flops_of(graph, i));
  return total;
}

int64_t training_flops_of(const Graph& graph) {
  int64_t total = 0;
  std::vector<bool> has_gradient(graph.nodes().size());
  for (int i = 0; i <= graph.output(); ++i) {
    const Node& node = graph.nodes()[i];
    const bool from_inputs = std::any_of(node.inputs.begin(), node.inputs.end(),
                                         [&](int input) { return has_gradient[static_cast<size_t>(input)]; });
    const bool has_weights = !parameters_of(node, input_shapes_of(graph, i)).empty();
    has_gradient[static_cast<size_t>(i)] = from_inputs || has_weights;
    for (const bool is_done : {true, from_inputs, has_weights})
      if (is_done) total = capped_sum(total, flops_of(graph, i));
  }
  return total;
}

}  // namespace margay::graph
