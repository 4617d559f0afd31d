// A convolution in bfloat16, forward or back to its input, for the shapes in which oneDNN leaves the
// processor waiting.
#pragma once

#include <cstdint>
#include <vector>

#include "margay/fused/convolution_spec.h"

namespace margay::fused {

enum class Direction { forward, backward };

/// From a source to a target map: from the input to the output, or from the gradient of the output to that of
/// the input. Several threads may run it at once.
class DirectConvolution {
 public:
  DirectConvolution(const ConvolutionSpec& spec, Direction direction);

  /// Whether this processor multiplies bfloat16 (AVX-512) and the convolution is one of those that it is for:
  /// in one group, without dilation, the channels of the target a multiple of 16.
  static bool is_supported(const ConvolutionSpec& spec, Direction direction);

  /// [out, kernel, kernel, in], rounded to bfloat16.
  void set_weights(const float* weight);
  /// `bias` of the target's channels is null where there is none. `space` is scratch memory of the thread's
  /// own.
  void run(int pictures, const uint16_t* source, const float* bias, uint16_t* target,
           std::vector<uint16_t>& space) const;

 private:
  struct Map {
    int height, width, channels;
    int64_t row() const { return int64_t{width} * channels; }
    int64_t values() const { return height * row(); }
  };
  /// Kernel rows or columns that look from one target at the source, along one axis.
  struct Taps {
    int first = 0;             ///< source coordinate of the first tap of target 0
    std::vector<int> indices;  ///< of the kernel, in the order of the source
    int count() const { return static_cast<int>(indices.size()); }
  };
  /// Targets that the same taps reach: all of them forward; those of every stride-th row and column back.
  struct Phase {
    Taps rows, columns;
    int first_row, first_column;      ///< of the target
    int target_rows, target_columns;  ///< how many
    std::vector<uint32_t> weights{};  ///< [channel block, tap row, pair, channel of the block]
  };
  /// Neighbouring target rows, counted within a phase, of some pictures.
  struct Piece {
    int first_picture, pictures, top, bottom;
  };

  Taps taps_of(int phase) const;
  int values_per_tap_row(const Phase& phase) const { return phase.columns.count() * source_.channels; }
  void pack(Phase& phase, const std::vector<uint16_t>& weight, int block) const;
  int source_rows(const Piece& piece) const { return (piece.bottom - 1 - piece.top) * source_step_ + reach_; }
  void pad(const Piece& piece, const uint16_t* source, uint16_t* space) const;
  void run_phase(const Phase& phase, const Piece& piece, const uint16_t* space, const float* bias,
                 uint16_t* target) const;

  ConvolutionSpec spec_;
  Direction direction_;
  Map source_, target_;
  int source_step_, target_step_;
  int vectors_;  ///< of 16 channels in a block
  int before_ = 0,
      reach_ = 0;  ///< padding before the source's origin, and rows that one row of targets looks at
  int padded_width_ = 0;
  int rows_at_once_ = 1, pictures_at_once_ = 1;
  std::vector<Phase> phases_;
};

}  // namespace margay::fused
