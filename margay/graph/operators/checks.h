// What the rows of the table check alike.
#pragma once

#include <span>
#include <string_view>

#include "margay/graph/attributes.h"

namespace margay::graph {

/// Throws the ModelError "[graph] node 'conv4' (conv2d): problem. Hint: hint".
[[noreturn]] void reject(const Node& node, std::string_view problem, std::string_view hint = {});

/// "a whole number": the type of an attribute's value in words.
const char* type_name(const Attribute& value);

/// Kernels are at most this wide, so that the number of their weights cannot overflow.
inline constexpr int64_t kMaxKernel = 4096;

/// Of what drops values.
inline constexpr Limits kDropRate{.least = 0, .most = 1, .without_most = true, .hint = "0.2 drops a fifth"};

/// The one input shape; rejects the node unless it is a feature map {C, H, W}.
const Shape& feature_map(const Node& node, std::span<const Shape> inputs);

/// The one input shape; rejects the node unless it is a sequence of tokens {T, F}.
const Shape& token_sequence(const Node& node, std::span<const Shape> inputs);

/// Number of positions of a sliding window along one axis of `extent` cells; rejects the node when there is
/// none.
struct Window {
  int64_t kernel = 1;
  int64_t stride = 1;
  int64_t padding = 0;
  int64_t dilation = 1;
  bool ceil_mode = false;
};
int64_t window_positions(const Node& node, const Shape& input, int64_t extent, const Window& window);

}  // namespace margay::graph
