// The table of operators: one row each, with everything about it that no engine needs to say.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "margay/graph/attributes.h"
#include "margay/graph/graph.h"
#include "margay/graph/weights.h"

namespace margay::graph {

/// How a parameter gets its first values.
enum class Init { weight, zeros, ones, constant, normal };

/// A tensor that belongs to a node.
struct ParameterSpec {
  std::string name;     ///< within the node: "weight"; empty where the node's name is all
  Shape shape;          ///< conv2d weight: {out, in / groups, kernel, kernel}; linear weight: {out, in}
  bool trained = true;  ///< false: a buffer (running statistics), which no optimiser touches
  Init init = Init::weight;
  int64_t fan_in = 0;  ///< for Init::weight
  int64_t fan_out = 0;
  double init_value = 0;  ///< of Init::constant; for Init::normal the standard deviation
};

/// A row of the table. Functions get a node with complete attributes.
struct Operator {
  std::string_view name;
  LayerWords words = {};
  /// What Keras and PyTorch call it, in small letters and without dashes.
  std::vector<std::string_view> other_names = {};
  int inputs = 1;
  std::vector<AttributeSpec> attributes = {};
  /// Output shape; throws ModelError when the inputs do not fit.
  std::function<Shape(const Node&, std::span<const Shape>)> infer_shape;
  /// Parameters and buffers, in the order in which they are saved; null: none. Executors get them in this
  /// order.
  std::function<std::vector<ParameterSpec>(const Node&, std::span<const Shape>)> parameters = nullptr;
  /// Floating-point operations of one sample's forward pass; null: 0. As in the literature these are the
  /// multiply-adds of convolutions and matrix products, two each; what is done once per element (bias, ReLU,
  /// pooling, normalisation, addition) is not counted.
  std::function<int64_t(const Node&, std::span<const Shape> inputs, const Shape& output)> flops = nullptr;

  // What becomes of values.
  bool is_activation = false;      ///< a function of each value by itself
  bool is_bounded = false;         ///< an activation with a bound on both sides
  bool silences_one_side = false;  ///< an activation that is nothing, or nearly so, on one side of zero
  bool is_pooling = false;
  bool normalizes_features = false;  ///< the features of a sample get a mean and a spread
  bool changes_no_value = false;     ///< at inference its output has values of its input, and no others
  bool is_alias = false;             ///< and all of them in their order, so that nothing is to be done

  // What is otherwise in training.
  bool drops_values = false;           ///< some become 0, by chance
  bool uses_batch_statistics = false;  ///< what becomes of a sample depends on the others of its batch

  // What the way back needs of the way forward.
  bool has_weight_matrix = false;      ///< it multiplies its input, all of which the matrix's gradient reads
  bool gradient_reads_output = false;  ///< so that nobody may overwrite it

  // What an executor may do at once with what is behind it, as far as its library can.
  bool takes_batch_norm = false;  ///< melts into its weights
  bool takes_activation = false;  ///< is applied to its output as that is written
  /// It and a max pool behind it may change places: the same values and gradients, of fewer values.
  bool goes_behind_max_pool = false;
};

/// Every operator, in the order of the documentation.
std::span<const Operator> operators();

/// Throws ModelError that lists the known names and suggests the nearest.
const Operator& find_operator(std::string_view name);

/// The row of a node's operator.
inline const Operator& operator_of(const Node& node) {
  return find_operator(node.op);
}

/// Whether an operator of the graph does.
bool uses_batch_statistics(const Graph& graph);

/// A parameter of a graph under its full name ("features.0.weight").
struct GraphParameter {
  std::string name;
  int node = 0;
  ParameterSpec spec;
};

/// Parameters and buffers of one node; its `inputs` are shapes of the node's inputs.
std::vector<ParameterSpec> parameters_of(const Node& node, std::span<const Shape> inputs);

/// "features.0.weight"
std::string full_name(const Node& node, const ParameterSpec& spec);

/// Full names of a node's parameters and buffers, in the order of its operator's row.
std::vector<std::string> parameter_names_of(const Graph& graph, int node);

/// The tensors of a node, in the order of its operator's row, of weights that check_weights accepts.
std::vector<const Tensor*> tensors_of(const Graph& graph, int node, const Weights& weights);

/// All parameters and buffers of a graph in the order of its nodes.
std::vector<GraphParameter> parameters_of(const Graph& graph);

/// Shapes of the inputs of a node.
std::vector<Shape> input_shapes_of(const Graph& graph, int node);

/// Forward FLOPs of one sample, of one node and of all (at most INT64_MAX).
int64_t flops_of(const Graph& graph, int node);
int64_t flops_of(const Graph& graph);

/// FLOPs of one sample's training step (at most INT64_MAX): forward, the gradient of the inputs and that of
/// the weights, each as many as forward. A layer that reads only what no parameter has changed, such as the
/// pictures, has no gradient of its inputs. Loss and optimiser are not counted.
int64_t training_flops_of(const Graph& graph);

}  // namespace margay::graph
