// linear (a dense layer) and the flatten before it.
#include "margay/core/error.h"
#include "margay/graph/operators/checks.h"
#include "margay/graph/operators/rows.h"

namespace margay::graph {
namespace {

Shape infer_flat_shape(const Node&, std::span<const Shape> inputs) {
  return {element_count(inputs[0])};
}

Shape infer_linear_shape(const Node& node, std::span<const Shape> inputs) {
  Shape output = inputs[0];
  if (output.size() > 2)
    reject(node, fmt::format("it needs a vector, but gets {}", to_string(output)),
           "put flatten or global_avg_pool2d before it");
  output.back() = integer_at_least(node, "out_features", 1);
  return output;
}

std::vector<ParameterSpec> linear_parameters(const Node& node, std::span<const Shape> inputs) {
  const int64_t in = inputs[0].back(), out = node.integer("out_features");
  std::vector<ParameterSpec> list{{"weight", {out, in}, true, Init::weight, in, out}};
  if (node.flag("bias")) list.push_back({"bias", {out}, true, Init::zeros});
  return list;
}

int64_t linear_flops(const Node&, std::span<const Shape> inputs, const Shape& output) {
  return 2 * inputs[0].back() * element_count(output);
}

}  // namespace

/// C-major, as torch.flatten: element (c, y, x) of {C, H, W} becomes (c * H + y) * W + x.
Operator flatten_row() {
  return {.name = "flatten",
          .words = {"A feature map as one vector, channel by channel", "{ op = \"flatten\" }"},
          .infer_shape = infer_flat_shape};
}

/// Of a vector {F}, or of each token of a sequence {T, F}.
Operator linear_row() {
  return {.name = "linear",
          .words = {"A dense layer: each output is a weighted sum of all inputs",
                    "{ op = \"flatten\" },\n{ op = \"linear\", out_features = 512 }"},
          .attributes = {{"out_features", int64_t{0}, "outputs; \"classes\" in the last layer", true},
                         {"bias", true, "a learned number is added to each output"}},
          .infer_shape = infer_linear_shape,
          .parameters = linear_parameters,
          .flops = linear_flops};
}

}  // namespace margay::graph
