// Convolutions with kernels of 3 x 3 at stride 1 by Winograd's algorithm F(2 x 2, 3 x 3) (Lavin & Gray 2016):
// 16 products for four outputs in place of 36, between transformations that only add.
#pragma once

#include <cstdint>

#include "margay/fused/convolution_spec.h"
#include "margay/fused/max_pool.h"
#include "margay/fused/winograd_weights.h"

namespace margay::fused {

/// Whether this processor has what it takes (AVX-512, for bfloat16 with its products) and the convolution is
/// one of those that it is for: 3 x 3 at stride 1, in one group, with channels in sixteens.
bool is_winograd_supported(const ConvolutionSpec& spec, Precision precision);

/// The convolution that takes the gradient of `spec`'s output to that of its input, without bias.
ConvolutionSpec transposed(const ConvolutionSpec& spec);

struct TileGrid;

/// Takes pictures through a convolution.
template <class Bits>
class WinogradPass {
 public:
  explicit WinogradPass(const ConvolutionSpec& spec) : spec_(spec) {}

  /// The `output` of so many pictures; `bias` may be null.
  void run(int pictures, const Bits* input, const WinogradWeights<Bits>& weights, const float* bias,
           Bits* output) const;
  /// The same with maxima of 2 x 2 in place of the output, of which there are two rows and columns at least.
  void run_pooled(int pictures, const Bits* input, const WinogradWeights<Bits>& weights, const float* bias,
                  const PooledOutput& pooled) const;

 private:
  template <class Write>
  void run_tiles(const TileGrid& grid, int pictures, const Bits* input, const WinogradWeights<Bits>& weights,
                 const Write& write) const;
  void transform_inputs(const TileGrid& grid, const Bits* input, int first, int count, Bits* inputs) const;
  void multiply(const Bits* inputs, const uint32_t* weights, int vectors, int count, float* products) const;

  ConvolutionSpec spec_;
};

}  // namespace margay::fused
