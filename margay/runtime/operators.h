// How each operator becomes oneDNN primitives.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "margay/runtime/program.h"

namespace margay::runtime {

/// What is known when a step is turned into primitives.
struct StepContext {
  ProgramBuilder& builder;
  WeightStore& weights;
  const graph::Graph& graph;
  const Step& step;
  /// Values; feature maps are {N, C, H, W}, sequences of tokens row-major {N, T, F}, vectors either or {N,
  /// F}.
  std::vector<int> inputs;

  const graph::Node& node() const { return graph.nodes()[step.node]; }
  const graph::Shape& shape() const { return graph.shape(step.node); }
  const graph::Shape& input_shape() const { return graph.shape(node().inputs[0]); }
};

/// A row of the table.
struct OperatorRow {
  std::string_view op;
  /// Adds the primitives of a step and returns the value of its output; null for what the plan resolves by
  /// itself.
  std::function<int(StepContext&)> emit;
  /// Brings the parameters of a step into the store; null: it has none.
  std::function<void(const graph::Graph&, const graph::Weights&, const Step&, WeightStore&)> store = nullptr;
};

std::span<const OperatorRow> operator_rows();
/// Throws ModelError.
const OperatorRow& find_row(std::string_view op);

/// A feature map, sequence or vector as row-major {N, F}.
int emit_output(ProgramBuilder& builder, int value, const graph::Shape& shape);

// The rows that have files of their own.
OperatorRow activation_row(std::string_view op);
OperatorRow conv2d_row();
OperatorRow linear_row();
OperatorRow batch_norm2d_row();
OperatorRow max_pool2d_row();
OperatorRow avg_pool2d_row();
OperatorRow global_avg_pool2d_row();
OperatorRow global_max_pool2d_row();
OperatorRow add_row();
OperatorRow multiply_row();
OperatorRow concat_row();
OperatorRow layer_norm_row();
OperatorRow layer_scale_row();
OperatorRow tokens_row();
OperatorRow feature_map_row();
OperatorRow class_token_row();
OperatorRow position_embedding_row();
OperatorRow self_attention_row();
OperatorRow first_token_row();

/// Attributes of a primitive whose output goes through the step's activation.
dnnl::primitive_attr attributes_of(const StepContext& context);
/// `value` combined with another, or with weights, that has its extents or 1 in their place.
int emit_binary(StepContext& context, dnnl::algorithm algorithm, int value, int other);
int emit_binary(StepContext& context, dnnl::algorithm algorithm, int value, const dnnl::memory& other);

/// {N, outputs} from a value {N, ...} and weights of the store.
int emit_inner_product(StepContext& context, int value, int64_t outputs, const std::string& weight_name,
                       const std::string& bias_name);

/// A feature map as row-major tokens {N, H * W, C}, and back.
int emit_tokens(ProgramBuilder& builder, int map);
int emit_feature_map(ProgramBuilder& builder, int tokens, int64_t height, int64_t width);

/// A layout without gaps, the last axis innermost.
dnnl::memory::desc row_major_layout(const dnnl::memory::dims& dims);
/// A layout of these extents that oneDNN may choose.
dnnl::memory::desc any_layout(const dnnl::memory::dims& dims);

}  // namespace margay::runtime
