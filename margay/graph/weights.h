// The values of a network's parameters and buffers, on the host, in float32.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "margay/graph/graph.h"

namespace margay::graph {

/// A float32 tensor in row-major order (conv2d weights: O, I, H, W).
struct Tensor {
  Shape shape;
  std::vector<float> values;  ///< element_count(shape) of them
  bool operator==(const Tensor&) const = default;
};

/// By full parameter name.
using Weights = std::map<std::string, Tensor>;

/// How Init::weight parameters start.
enum class Initializer {
  glorot_uniform,  ///< Glorot & Bengio 2010: U(-a, a), a = sqrt(6 / (fan_in + fan_out)); Keras' default
  he_normal,       ///< He et al. 2015: N(0, sqrt(2 / fan)), of convolutions fan_out as torchvision does, of
                   ///< linear layers fan_in, so that a single logit does not start large
  narrow_normal,   ///< N(0, 0.02), of ConvNeXt and other relatives of transformers
};
MARGAY_API std::string_view name_of(Initializer initializer);
/// Throws UsageError.
MARGAY_API Initializer initializer_from_name(std::string_view name);

/// First values of every parameter, each drawn from (seed, parameter name) alone.
MARGAY_API Weights initialize(const Graph& graph, Initializer initializer, uint64_t seed);

/// Throws ModelError that names the first of the weights with a value that is infinite or NaN.
MARGAY_API void require_finite(const Weights& weights, std::string_view where);

/// Throws ModelError that lists every missing, extra and misshapen parameter by name.
MARGAY_API void check_weights(const Graph& graph, const Weights& weights, std::string_view where);

}  // namespace margay::graph
