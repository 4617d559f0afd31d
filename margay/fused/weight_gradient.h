// The gradient of a convolution's weights in bfloat16, where oneDNN reaches a third of what the processor
// can, and may skip what pooling left out.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "margay/fused/convolution_spec.h"

namespace margay::fused {

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
  /// Whether `add_pooled` is for the convolution, besides: 3 x 3 at stride 1.
  static bool is_supported_pooled(const ConvolutionSpec& spec);
  /// The same where the output went through pooling of 2 x 2 (see max_pool.h): `gradient` and `choice` are of
  /// the maxima. Three quarters of the output's gradient are 0, and nothing is multiplied with them.
  void add_pooled(int pictures, const uint16_t* input, const uint16_t* gradient, const uint8_t* choice);
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

  struct Cells;
  void make_planes(const Cells& cells, const uint16_t* picture);
  void make_picks(const Cells& cells, const uint16_t* gradient, const uint8_t* choice);
  void add_cells(const Cells& cells);

  ConvolutionSpec spec_;
  // Pairs are neighbours along a row of the output: two bfloat16 in a word.
  std::vector<uint16_t> padded_row_;      ///< of the input
  std::vector<uint32_t> input_pairs_;     ///< [row, column, in channel]
  std::vector<uint32_t> gradient_pairs_;  ///< [row, pair, padded out channel]
  std::vector<uint16_t> planes_;          ///< [in channel, row, column] of some padded rows of the input
  std::vector<uint32_t> picks_;   ///< [16 out channels, pair of maxima, channel]: where both are in a plane
  std::vector<uint32_t> picked_;  ///< their gradients, likewise
  std::vector<float> sums_;       ///< [kernel row, kernel column, in channel, padded out channel]
  bool has_sums_ = false;         ///< false: of nothing; what is added first overwrites them
};

}  // namespace margay::fused
