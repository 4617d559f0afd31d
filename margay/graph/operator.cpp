// The table of operators and what is read off it.
#include "margay/graph/operator.h"

#include <algorithm>
#include <limits>
#include <type_traits>

#include "margay/core/error.h"
#include "margay/core/lower_case.h"
#include "margay/graph/compound_layers.h"
#include "margay/graph/operators/all.h"

namespace margay::graph {

namespace {

template <class... Ops>
std::vector<Operator> rows_of(std::type_identity<std::tuple<Ops...>>) {
  return {Ops::row()...};
}

/// A layer's name as far as spellings agree.
std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char letter : lower_case(std::string(name)))
    if (letter != '_') plain += letter;
  return plain;
}

/// What is called `name` elsewhere, or nearly so here.
std::string nearest_layer(std::string_view name, const std::vector<std::string>& known) {
  const std::string plain = plain_name(name);
  const auto is_called_so = [&](const auto& row) {
    return std::ranges::find(row.other_names, plain) != row.other_names.end();
  };
  for (const Operator& row : operators())
    if (is_called_so(row)) return std::string(row.name);
  for (const CompoundLayer& row : compound_layers())
    if (is_called_so(row)) return std::string(row.name);
  return nearest_name(lower_case(std::string(name)), known);
}

[[noreturn]] void refuse_unknown(std::string_view name) {
  std::vector<std::string> names;
  for (const Operator& row : operators())
    if (row.inputs > 0) names.emplace_back(row.name);  // the input is no layer
  for (const CompoundLayer& layer : compound_layers()) names.emplace_back(layer.name);  // as good in a recipe
  const std::string nearest = nearest_layer(name, names);
  throw ModelError("graph", fmt::format("there is no operator '{}'", name),
                   nearest.empty()
                       ? fmt::format("known are {}", fmt::join(names, ", "))
                       : fmt::format("did you mean '{}'? Known are {}", nearest, fmt::join(names, ", ")));
}

}  // namespace

std::span<const Operator> operators() {
  static const std::vector<Operator> table = rows_of(std::type_identity<OperatorTypes>());
  return table;
}

const Operator& find_operator(std::string_view name) {
  const auto found = std::ranges::find(operators(), name, &Operator::name);
  if (found == operators().end()) refuse_unknown(name);
  return *found;
}

bool uses_batch_statistics(const Graph& graph) {
  return std::ranges::any_of(graph.nodes(),
                             [](const Node& node) { return operator_of(node).uses_batch_statistics; });
}

std::vector<Shape> input_shapes_of(const Graph& graph, int node) {
  std::vector<Shape> shapes;
  for (const int input : graph.nodes().at(node).inputs) shapes.push_back(graph.shape(input));
  return shapes;
}

std::vector<ParameterSpec> parameters_of(const Node& node, std::span<const Shape> inputs) {
  const Operator& row = operator_of(node);
  return row.parameters ? row.parameters(node, inputs) : std::vector<ParameterSpec>{};
}

std::string full_name(const Node& node, const ParameterSpec& spec) {
  return spec.name.empty() ? node.name : fmt::format("{}.{}", node.name, spec.name);
}

std::vector<std::string> parameter_names_of(const Graph& graph, int index) {
  const Node& node = graph.nodes().at(index);
  std::vector<std::string> names;
  for (const ParameterSpec& spec : parameters_of(node, input_shapes_of(graph, index)))
    names.push_back(full_name(node, spec));
  return names;
}

std::vector<const Tensor*> tensors_of(const Graph& graph, int node, const Weights& weights) {
  std::vector<const Tensor*> tensors;
  for (const std::string& name : parameter_names_of(graph, node)) tensors.push_back(&weights.at(name));
  return tensors;
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
  const Operator& row = operator_of(made);
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
