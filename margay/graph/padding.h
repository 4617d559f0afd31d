// Padding as text: "same" and "valid", as Keras has them.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "margay/graph/graph.h"

namespace margay::graph {

/// Puts numbers in the place of the texts, where the layer has padding: "valid" is none; with "same" n cells
/// become n / stride, rounded up. For odd kernels that is kernel / 2 on each side, where Keras has less
/// before and more after the picture when the stride is not 1; a mean of a pool does not count it. Even
/// kernels can only be those of pools whose windows do not overlap. Throws ModelError for other texts and
/// even kernels; what else is wrong with the attributes is left to the layer.
void resolve_padding(std::string_view layer, std::map<std::string, Attribute>& attributes);

}  // namespace margay::graph
