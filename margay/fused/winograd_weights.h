// What Winograd's algorithm multiplies with, see winograd.h.
#pragma once

#include <cstdint>

#include "margay/fused/convolution_spec.h"

namespace margay::fused {

/// Transformed weights of a convolution, which all threads read. `Bits` are uint16_t for bfloat16 or uint32_t
/// for float32. They lie in memory of the thread that laid them out, which takes the next weights of any
/// convolution.
template <class Bits>
class WinogradWeights {
 public:
  explicit WinogradWeights(const ConvolutionSpec& spec) : spec_(spec) {}

  /// Of `weight` [out, 3, 3, in] of the same convolution, or of that of which it is the transposed one. On as
  /// many threads as OpenMP has.
  void lay_out(const float* weight, bool of_transposed);

  /// [position, pair of inputs or input, out] of 32 (or the last 16) outputs from `first_out` on.
  const uint32_t* block(int first_out) const { return words_ + block_at(first_out); }

 private:
  int64_t block_at(int first_out) const;
  void lay_out_block(const float* weight, bool of_transposed, int first_out, int first_in);

  ConvolutionSpec spec_;
  uint32_t* words_ = nullptr;
};

}  // namespace margay::fused
