// The operator position_embedding.
#pragma once

#include <string_view>

#include "margay/graph/operator.h"

namespace margay::graph {

/// Adds a learned vector to each token.
struct PositionEmbedding {
  static constexpr std::string_view kOp = "position_embedding";
  enum Parameter { kPositions };
  static Operator row();
};

}  // namespace margay::graph
