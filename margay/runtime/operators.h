// How each operator becomes oneDNN primitives.
#pragma once

#include <functional>
#include <span>
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
  std::vector<int> inputs;  ///< values; feature maps are {N, C, H, W}, vectors that or {N, F}

  const graph::Node& node() const { return graph.nodes()[step.node]; }
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

/// A feature map or vector as row-major {N, F}.
int emit_output(ProgramBuilder& builder, int value, const graph::Shape& shape);

// The rows that have files of their own.
OperatorRow activation_row(std::string_view op);
OperatorRow conv2d_row();
OperatorRow linear_row();
OperatorRow batch_norm2d_row();
OperatorRow max_pool2d_row();
OperatorRow avg_pool2d_row();
OperatorRow global_avg_pool2d_row();

/// Attributes of a primitive whose output goes through the step's activation.
dnnl::primitive_attr attributes_of(const StepContext& context);
/// A layout of these extents that oneDNN may choose.
dnnl::memory::desc any_layout(const dnnl::memory::dims& dims);

}  // namespace margay::runtime
