// Sequences of tokens {T, F}: what a vision transformer (Dosovitskiy et al. 2021) does with them.
#include "margay/core/error.h"
#include "margay/graph/operators/checks.h"
#include "margay/graph/operators/rows.h"

namespace margay::graph {
namespace {

Shape infer_tokens_shape(const Node& node, std::span<const Shape> inputs) {
  const Shape& map = feature_map(node, inputs);
  return {map[1] * map[2], map[0]};
}

Shape infer_map_shape(const Node& node, std::span<const Shape> inputs) {
  const Shape& tokens = token_sequence(node, inputs);
  const int64_t height = integer_at_least(node, "height", 1), width = integer_at_least(node, "width", 1);
  if (height * width != tokens[0])
    reject(node, fmt::format("{} tokens make no map of {} x {}", tokens[0], height, width));
  return {tokens[1], height, width};
}

Shape infer_longer_shape(const Node& node, std::span<const Shape> inputs) {
  const Shape& tokens = token_sequence(node, inputs);
  return {tokens[0] + 1, tokens[1]};
}

Shape infer_same_shape(const Node& node, std::span<const Shape> inputs) {
  return token_sequence(node, inputs);
}

Shape infer_first_shape(const Node& node, std::span<const Shape> inputs) {
  return {token_sequence(node, inputs)[1]};
}

std::vector<ParameterSpec> class_token_parameters(const Node&, std::span<const Shape> inputs) {
  return {{.name = "", .shape = {1, 1, inputs[0][1]}, .init = Init::zeros}};
}

std::vector<ParameterSpec> position_parameters(const Node&, std::span<const Shape> inputs) {
  return {{.name = "pos_embedding",
           .shape = {1, inputs[0][0], inputs[0][1]},
           .init = Init::normal,
           .init_value = 0.02}};
}

Shape infer_attention_shape(const Node& node, std::span<const Shape> inputs) {
  const Shape& tokens = token_sequence(node, inputs);
  const int64_t heads = integer_at_least(node, "heads", 1);
  if (tokens[1] % heads != 0)
    reject(node, fmt::format("{} heads do not share {} features evenly", heads, tokens[1]));
  return tokens;
}

std::vector<ParameterSpec> attention_parameters(const Node&, std::span<const Shape> inputs) {
  const int64_t features = inputs[0][1];
  return {{"in_proj_weight", {3 * features, features}, true, Init::weight, features, 3 * features},
          {"in_proj_bias", {3 * features}, true, Init::zeros}};
}

/// The projection, the products of queries and keys, and those of their weights and values.
int64_t attention_flops(const Node&, std::span<const Shape>, const Shape& output) {
  const int64_t tokens = output[0], features = output[1];
  return 2 * tokens * features * 3 * features + 4 * tokens * tokens * features;
}

}  // namespace

/// The positions of a feature map, row by row, as tokens of its channels.
Operator tokens_row() {
  return {.name = "tokens",
          .words = {"The positions of a feature map, row by row, as a sequence of tokens",
                    "{ op = \"conv2d\", out_channels = 32, kernel = 16, stride = 16 },\n{ op = \"tokens\" }"},
          .infer_shape = infer_tokens_shape};
}

/// The way back from tokens.
Operator feature_map_row() {
  return {
      .name = "feature_map",
      .words = {"A sequence of tokens as a feature map again",
                "{ op = \"conv2d\", out_channels = 32, kernel = 16, stride = 16 },\n{ op = \"tokens\" },\n"
                "{ op = \"feature_map\", height = 4, width = 4 }"},
      .attributes = {{"height", int64_t{0}, "rows of the map", true},
                     {"width", int64_t{0}, "cells of a row; height x width is the number of tokens", true}},
      .infer_shape = infer_map_shape};
}

/// Puts a learned token before the others.
Operator class_token_row() {
  return {.name = "class_token",
          .words = {"Puts a learned token before the others",
                    "{ op = \"conv2d\", out_channels = 32, kernel = 16, stride = 16 },\n{ op = \"tokens\" "
                    "},\n{ op = \"class_token\" }"},
          .infer_shape = infer_longer_shape,
          .parameters = class_token_parameters};
}

/// Adds a learned vector to each token.
Operator position_embedding_row() {
  return {.name = "position_embedding",
          .words = {"Adds a learned vector to each token",
                    "{ op = \"conv2d\", out_channels = 32, kernel = 16, stride = 16 },\n{ op = \"tokens\" "
                    "},\n{ op = \"position_embedding\" }"},
          .infer_shape = infer_same_shape,
          .parameters = position_parameters};
}

/// softmax(q k^T / sqrt(d)) v in each of `heads` (Vaswani et al. 2017), d the features of a head; q, k and v
/// are one linear layer of the input, what mixes the heads afterwards is another.
Operator self_attention_row() {
  return {.name = "self_attention",
          .words =
              {"Each token as a weighted mean of all, by likeness; a linear layer mixes the heads afterwards",
               "{ op = \"conv2d\", out_channels = 32, kernel = 16, stride = 16 },\n{ op = \"tokens\" },\n"
               "{ op = \"self_attention\", heads = 4 },\n{ op = \"linear\", out_features = 32 }"},
          .attributes = {{"heads", int64_t{0}, "parts that the features are shared among", true}},
          .infer_shape = infer_attention_shape,
          .parameters = attention_parameters,
          .flops = attention_flops};
}

Operator first_token_row() {
  return {.name = "first_token",
          .words = {"The first token: a vector",
                    "{ op = \"conv2d\", out_channels = 32, kernel = 16, stride = 16 },\n{ op = \"tokens\" "
                    "},\n{ op = \"class_token\" },\n{ op = \"first_token\" }"},
          .infer_shape = infer_first_shape};
}

}  // namespace margay::graph
