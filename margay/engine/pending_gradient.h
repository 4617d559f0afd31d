// The gradient of a dense layer's weights before it is multiplied out.
#pragma once

#include "margay/engine/torch.h"

namespace margay::engine {

/// Most of what a step of a large dense layer costs is memory: who changes the weights right after the
/// backward pass multiplies a tile out, uses it and forgets it, and nobody writes or reads the gradient as a
/// whole.
struct PendingGradient {
  /// Set by who calls `backward` once before each use, then `clear`.
  bool is_wanted = false;
  at::Tensor output_gradient;  ///< [N, out] bfloat16; undefined when nothing is pending
  at::Tensor input;            ///< [N, in] bfloat16
  at::Tensor narrow;           ///< the weights as bfloat16, for who changes them to keep up to date
  int64_t version = -1;        ///< of the weights that `narrow` was made of

  bool is_pending() const { return output_gradient.defined(); }
  void clear() { output_gradient = input = at::Tensor(); }
};

}  // namespace margay::engine
