// The gradient of the weights of a convolution by Winograd's algorithm, see winograd.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "margay/fused/convolution_spec.h"

namespace margay::fused {

/// Adds up the gradient over the parts of a batch, for convolutions that is_winograd_supported knows. `Bits`
/// are uint16_t for bfloat16 or uint32_t for float32. Used by one thread.
template <class Bits>
class WinogradGradient {
 public:
  explicit WinogradGradient(const ConvolutionSpec& spec) : spec_(spec) {}

  /// Floats that the sums take.
  size_t size() const;
  /// Forgets the sums, and keeps the next ones in `sums`, which is lent until the total.
  void start(float* sums) { sums_ = sums, has_sums_ = false; }
  /// `input` and the output's `gradient` of so many pictures.
  void add(int pictures, const Bits* input, const Bits* gradient);
  /// Overwrites `weight` [out, 3, 3, in] with the sums of all `parts`, which are of one convolution, in their
  /// order. By several threads.
  static void total(std::span<const WinogradGradient> parts, float* weight);

 private:
  int tiles_at_once() const;
  /// Words of tiles, or of two neighbours in bfloat16, of one row of positions: [position of the row, word,
  /// channel].
  struct Words {
    uint32_t *inputs, *gradients;
  };
  void transform(int row, const Bits* input, const Bits* gradient, int first, int count, Words to) const;
  void add_products(int row, int words, Words from);
  void total_block(std::span<const float* const> sums, int first_out, int first_in, float* weight) const;

  ConvolutionSpec spec_;
  float* sums_ = nullptr;  ///< [position, in channel, out channel]
  bool has_sums_ = false;  ///< false: of nothing; what is added first overwrites them
};

}  // namespace margay::fused
