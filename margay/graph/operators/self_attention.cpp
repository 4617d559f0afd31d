// self_attention: tokens look at each other.
#include "margay/graph/operators/self_attention.h"

#include "margay/core/error.h"
#include "margay/graph/operators/checks.h"

namespace margay::graph {
namespace {

Shape infer_shape(const SelfAttention& attention, const Node& node, std::span<const Shape> inputs) {
  const Shape& tokens = token_sequence(node, inputs);
  if (tokens[1] % attention.heads != 0)
    reject(node, fmt::format("{} heads do not share {} features evenly", attention.heads, tokens[1]));
  return tokens;
}

std::vector<ParameterSpec> parameters(const SelfAttention&, std::span<const Shape> inputs) {
  const int64_t features = inputs[0][1];
  return {{"in_proj_weight", {3 * features, features}, true, Init::weight, features, 3 * features},
          {"in_proj_bias", {3 * features}, true, Init::zeros}};
}

/// The projection, the products of queries and keys, and those of their weights and values.
int64_t flops(const SelfAttention&, std::span<const Shape>, const Shape& output) {
  const int64_t tokens = output[0], features = output[1];
  return 2 * tokens * features * 3 * features + 4 * tokens * tokens * features;
}

}  // namespace

std::span<const Field<SelfAttention>> SelfAttention::fields() {
  static const Field<SelfAttention> fields[] = {{"heads", &SelfAttention::heads,
                                                 "parts that the features are shared among", at_least(1),
                                                 Presence::required}};
  return fields;
}

Operator SelfAttention::row() {
  return {.name = kOp,
          .words =
              {"Each token as a weighted mean of all, by likeness; a linear layer mixes the heads afterwards",
               "{ op = \"conv2d\", out_channels = 32, kernel = 16, stride = 16 },\n{ op = \"tokens\" },\n"
               "{ op = \"self_attention\", heads = 4 },\n{ op = \"linear\", out_features = 32 }"},
          .other_names = {"multiheadattention"},
          .attributes = schema<SelfAttention>(),
          .infer_shape = bound<SelfAttention>(infer_shape),
          .parameters = bound<SelfAttention>(parameters),
          .flops = bound<SelfAttention>(flops),
          .has_weight_matrix = true};
}

}  // namespace margay::graph
