// linear, a dense layer.
#include "margay/graph/operators/linear.h"

#include "margay/core/error.h"
#include "margay/graph/operators/checks.h"

namespace margay::graph {
namespace {

Shape infer_shape(const Linear& linear, const Node& node, std::span<const Shape> inputs) {
  Shape output = inputs[0];
  if (output.size() > 2)
    reject(node, fmt::format("it needs a vector, but gets {}", to_string(output)),
           "put flatten or global_avg_pool2d before it");
  output.back() = linear.out_features;
  return output;
}

std::vector<ParameterSpec> parameters(const Linear& linear, std::span<const Shape> inputs) {
  const int64_t in = inputs[0].back(), out = linear.out_features;
  std::vector<ParameterSpec> list{{"weight", {out, in}, true, Init::weight, in, out}};
  if (linear.bias) list.push_back({"bias", {out}, true, Init::zeros});
  return list;
}

int64_t flops(const Linear&, std::span<const Shape> inputs, const Shape& output) {
  return 2 * inputs[0].back() * element_count(output);
}

}  // namespace

std::span<const Field<Linear>> Linear::fields() {
  static const Field<Linear> fields[] = {
      {"out_features", &Linear::out_features, "outputs; \"classes\" in the last layer", at_least(1),
       Presence::required},
      {"bias", &Linear::bias, "a learned number is added to each output"}};
  return fields;
}

Operator Linear::row() {
  return {.name = kOp,
          .words = {"A dense layer: each output is a weighted sum of all inputs",
                    "{ op = \"flatten\" },\n{ op = \"linear\", out_features = 512 }"},
          .other_names = {"dense"},
          .attributes = schema<Linear>(),
          .infer_shape = bound<Linear>(infer_shape),
          .parameters = bound<Linear>(parameters),
          .flops = bound<Linear>(flops),
          .has_weight_matrix = true,
          .takes_activation = true};
}

}  // namespace margay::graph
