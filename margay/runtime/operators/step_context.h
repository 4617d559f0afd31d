// What a step becomes primitives from, and what several operators emit alike.
#pragma once

#include <vector>

#include "margay/graph/graph.h"
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
  /// A parameter by its place in the operator's row.
  dnnl::memory parameter(int index, const dnnl::memory::desc& layout) const {
    return weights.get(step.node, index, layout);
  }
};

/// A feature map, sequence or vector as row-major {N, F}.
int emit_output(ProgramBuilder& builder, int value, const graph::Shape& shape);

/// Attributes of a primitive whose output goes through the step's activation.
dnnl::primitive_attr attributes_of(const StepContext& context);

/// `value` combined with another, or with weights, that has its extents or 1 in their place.
int emit_binary(StepContext& context, dnnl::algorithm algorithm, int value, int other);
int emit_binary(StepContext& context, dnnl::algorithm algorithm, int value, const dnnl::memory& other);

/// {N, outputs} from a value {N, ...} and two parameters, weight and bias, by their places in the row.
int emit_inner_product(StepContext& context, int value, int64_t outputs, int weight, int bias);

/// A feature map as row-major tokens {N, H * W, C}, and back.
int emit_tokens(ProgramBuilder& builder, int map);
int emit_feature_map(ProgramBuilder& builder, int tokens, int64_t height, int64_t width);

/// A layout without gaps, the last axis innermost.
dnnl::memory::desc row_major_layout(const dnnl::memory::dims& dims);
/// A layout of these extents that oneDNN may choose.
dnnl::memory::desc any_layout(const dnnl::memory::dims& dims);
dnnl::memory::desc vector_layout(dnnl::memory::dim size);

}  // namespace margay::runtime
