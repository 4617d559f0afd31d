// Networks: built, looked at, and given values. Part of margay's public surface; needs no libtorch.
#pragma once

#include <string>
#include <string_view>

#include "margay/core/errors.h"
#include "margay/graph/builder.h"
#include "margay/graph/graph.h"
#include "margay/graph/weights.h"

namespace margay {

using Network = graph::Graph;  ///< a network as data
using graph::Builder;          ///< makes one by chained calls
using graph::initialize;       ///< first values of all parameters
using graph::Initializer;
using graph::kSame;  ///< padding by which n cells become n / stride
using graph::Shape;
using graph::Tensor;
using graph::Weights;  ///< values by the names of parameters

/// Outputs of a network for so many classes: two share one logit, whose sign says which.
constexpr int outputs_for(int classes) {
  return classes == 2 ? 1 : classes;
}

/// Size and outputs of a network that is known by name.
struct NamedNetworkOptions {
  int width = 224;  ///< pixels of the pictures
  int height = 224;
  int classes = 1000;
};

/// A published network such as "resnet18", with the names of parameters that its weights have; `margay
/// models` lists them. Throws UsageError with the nearest name, and ModelError for a size that it does not
/// take.
MARGAY_API Network named_network(std::string_view name, const NamedNetworkOptions& options = {});

/// A table of the layers with shapes, parameters and FLOPs, as `margay summary` prints it.
MARGAY_API std::string summary(const Network& network);

}  // namespace margay
