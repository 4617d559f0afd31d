// The gradient of a convolution's weights where its output went through pooling.
#pragma once

#include <cstdint>
#include <span>

#include "margay/fused/aligned_vector.h"
#include "margay/fused/convolution_spec.h"

namespace margay::fused {

/// Adds up the gradient over the parts of a batch, from that of the maxima of 2 x 2 (see max_pool.h). Three
/// quarters of the output's gradient are 0, and nothing is multiplied with them. `Bits` are uint16_t for
/// bfloat16 or uint32_t for float32. Used by one thread.
template <class Bits>
class PooledWeightGradient {
 public:
  explicit PooledWeightGradient(const ConvolutionSpec& spec) : spec_(spec) {}

  /// Whether this processor has what it takes (AVX-512, for bfloat16 with its products) and the convolution
  /// is one of those that it is for: 3 x 3 at stride 1.
  static bool is_supported(const ConvolutionSpec& spec);

  /// Forgets the sums.
  void start() { has_sums_ = false; }
  /// `input`, and `gradient` and `choice` of the maxima, of so many pictures.
  void add(int pictures, const Bits* input, const Bits* gradient, const uint8_t* choice);
  /// Overwrites `weight` [out, kernel, kernel, in] with the sums of all `parts`, which are of one
  /// convolution, in their order. By several threads.
  static void total(std::span<const PooledWeightGradient> parts, float* weight);

 private:
  struct Cells;
  void make_planes(const Cells& cells, const Bits* picture);
  void make_picks(const Cells& cells, const Bits* gradient, const uint8_t* choice);
  void add_cells(const Cells& cells);

  ConvolutionSpec spec_;
  AlignedVector<Bits> planes_;  ///< [in channel, row, column] of some padded rows of the input
  AlignedVector<uint32_t>
      picks_;  ///< [16 out channels, step, channel]: where the step's maxima are in a plane
  AlignedVector<uint32_t> picked_;  ///< their gradients, likewise
  AlignedVector<float> sums_;       ///< [kernel row, kernel column, in channel, out channel]
  bool has_sums_ = false;           ///< false: of nothing; what is added first overwrites them
};

}  // namespace margay::fused
