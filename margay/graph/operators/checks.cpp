// Shared checks of the operators.
#include "margay/graph/operators/checks.h"

#include "margay/core/error.h"

namespace margay::graph {

void reject(const Node& node, std::string_view problem, std::string_view hint) {
  throw ModelError("graph", fmt::format("node '{}' ({}): {}", node.name, node.op, problem), hint);
}

const char* type_name(const Attribute& value) {
  constexpr const char* kNames[] = {"true or false", "a whole number", "a number", "a text"};
  return kNames[value.index()];
}

const Shape& feature_map(const Node& node, std::span<const Shape> inputs) {
  const Shape& input = inputs.front();
  if (input.size() != 3)
    reject(node,
           fmt::format("it needs a feature map (channels x height x width), but gets {}", to_string(input)),
           "layers on feature maps belong before flatten and global_avg_pool2d");
  return input;
}

const Shape& token_sequence(const Node& node, std::span<const Shape> inputs) {
  const Shape& input = inputs.front();
  if (input.size() != 2)
    reject(node,
           fmt::format("it needs a sequence of tokens (tokens x features), but gets {}", to_string(input)),
           "the operator tokens makes one of a feature map");
  return input;
}

int64_t window_positions(const Node& node, const Shape& input, int64_t extent, const Window& window) {
  const int64_t covered = window.dilation * (window.kernel - 1) + 1;
  const int64_t padded = extent + 2 * window.padding;
  if (covered > padded)
    reject(node, fmt::format("kernel {} does not fit into the {} it gets", window.kernel, to_string(input)),
           "use a smaller kernel, more padding, fewer pooling layers before it or larger pictures");
  const int64_t room = padded - covered;
  if (!window.ceil_mode) return room / window.stride + 1;
  const int64_t positions = (room + window.stride - 1) / window.stride + 1;
  // As in libtorch, the last window must begin inside the picture or its left padding.
  const bool last_is_outside = (positions - 1) * window.stride >= extent + window.padding;
  return last_is_outside ? positions - 1 : positions;
}

}  // namespace margay::graph
