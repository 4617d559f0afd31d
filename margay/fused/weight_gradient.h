// The gradient of a convolution's weights in bfloat16, where oneDNN reaches a third of what the processor
// can.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "margay/fused/aligned_vector.h"
#include "margay/fused/convolution_spec.h"

namespace margay::fused {

/// Overwrites `weight` [out, kernel, kernel, in] with the totals of `parts` [kernel row, kernel column, in,
/// padded out], in their order. By several threads.
void total_weight_gradient(const ConvolutionSpec& spec, int padded_out, std::span<const float* const> parts,
                           float* weight);

/// Adds up the gradient over the parts of a batch: weight[o, y, x, i] is the sum over all pixels of the
/// output's gradient in channel o times the input in channel i, y rows and x columns away. Used by one
/// thread.
class WeightGradient {
 public:
  explicit WeightGradient(const ConvolutionSpec& spec) : spec_(spec) {}

  /// Whether this processor multiplies bfloat16 (AVX-512) and the convolution is one of those that it is for:
  /// in one group, without dilation.
  static bool is_supported(const ConvolutionSpec& spec);

  /// Forgets the sums.
  void start() { has_sums_ = false; }
  /// `input` and the output's `gradient` of so many pictures, as bfloat16.
  void add(int pictures, const uint16_t* input, const uint16_t* gradient);
  /// Overwrites `weight` [out, kernel, kernel, in] with the sums of all `parts`, which are of one
  /// convolution, in their order. By several threads.
  static void total(std::span<const WeightGradient* const> parts, float* weight);

 private:
  struct Piece;

  int taps() const { return spec_.kernel * spec_.kernel * spec_.in_channels; }
  int padded_channels() const;
  int pairs_per_row() const { return (spec_.out_width() + 1) / 2; }
  int padded_width() const;
  int rows_at_once() const;
  std::vector<Piece> pieces_of(int first_row, int last_row) const;
  void pair_inputs(const std::vector<Piece>& pieces, const uint16_t* input);
  void pair_gradients(int rows, const uint16_t* gradient);
  void add_rows(const std::vector<Piece>& pieces);

  ConvolutionSpec spec_;
  // Pairs are neighbours along a row of the output: two bfloat16 in a word.
  AlignedVector<uint16_t> padded_row_;      ///< of the input
  AlignedVector<uint32_t> input_pairs_;     ///< [row, column, in channel]
  AlignedVector<uint32_t> gradient_pairs_;  ///< [row, pair, padded out channel]
  AlignedVector<float> sums_;               ///< [kernel row, kernel column, in channel, padded out channel]
  bool has_sums_ = false;                   ///< false: of nothing; what is added first overwrites them
};

}  // namespace margay::fused
