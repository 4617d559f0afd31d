// The tiles of 2 x 2 outputs that Winograd's algorithm takes a convolution apart into, and what a tile looks
// at. For sources of this folder.
#pragma once

#include <algorithm>
#include <cstdint>

#include "margay/fused/convolution_spec.h"
#include "margay/fused/winograd_lanes.h"

namespace margay::fused {

/// Neighbours in a row of tiles.
struct TileRun {
  int picture, row, column;  ///< of the first, in tiles
  int count;
};

/// Of the outputs of a convolution, counted along rows, down a picture and over pictures.
struct TileGrid {
  int rows, columns;

  /// All outputs; what a tile has beyond an odd border is not there.
  static TileGrid covering(const ConvolutionSpec& spec) {
    return {(spec.out_height() + 1) / 2, (spec.out_width() + 1) / 2};
  }
  /// All but a last odd row or column.
  static TileGrid within(const ConvolutionSpec& spec) {
    return {spec.out_height() / 2, spec.out_width() / 2};
  }

  int tiles() const { return rows * columns; }

  /// Calls `work(run, place)` for the runs of `count` tiles from the `first`; `place` counts from that.
  template <class Work>
  void for_runs(int first, int count, const Work& work) const {
    for (int place = 0; place < count;) {
      const int row = (first + place) / columns, column = (first + place) % columns;
      const int length = std::min(columns - column, count - place);
      work(TileRun{row / rows, row % rows, column, length}, place);
      place += length;
    }
  }
};

/// Pictures, of `Bits`, channels last.
template <class Bits>
struct FeatureMap {
  const Bits* values;
  int height, width, channels;

  /// Null where there is none.
  const Bits* row(int picture, int y) const {
    if (y < 0 || y >= height) return nullptr;
    return values + (int64_t{picture} * height + y) * width * channels;
  }
};

#ifdef MARGAY_HAS_AVX512

/// upper + factor * lower of two rows of a feature map, pixel by pixel, in some channels. What is outside is
/// 0.
template <class Lanes>
struct RowSum {
  using Bits = typename Lanes::Bits;
  const Bits *upper, *lower;  ///< null outside
  __m512 factor;
  int width, channels;

  MARGAY_AVX512 typename Lanes::Value at(int x) const {
    if (x < 0 || x >= width) return Lanes::zero();
    const int64_t place = int64_t{x} * channels;
    const auto a = upper ? Lanes::load(upper + place) : Lanes::zero();
    return lower ? Lanes::add_scaled(a, factor, Lanes::load(lower + place)) : a;
  }
};

/// One of the four rows of the transformed patches of 4 x 4 inputs that the tiles of a run look at.
template <class Lanes>
class InputRow {
 public:
  using Value = typename Lanes::Value;

  /// From `channel` on, with `padding` pixels around the map.
  MARGAY_AVX512 InputRow(const FeatureMap<typename Lanes::Bits>& map, const TileRun& run, int padding,
                         int row, int channel)
      : x_(2 * run.column - padding) {
    static constexpr struct {
      int upper, lower;
      float factor;
    } kRows[4] = {{0, 2, -1}, {1, 2, 1}, {2, 1, -1}, {1, 3, -1}};
    const int top = 2 * run.row - padding;
    const auto *upper = map.row(run.picture, top + kRows[row].upper),
               *lower = map.row(run.picture, top + kRows[row].lower);
    sum_ = {upper ? upper + channel : nullptr, lower ? lower + channel : nullptr,
            _mm512_set1_ps(kRows[row].factor), map.width, map.channels};
    first_ = sum_.at(x_), second_ = sum_.at(x_ + 1);
  }

  /// Of the next tile.
  MARGAY_AVX512 void next(Value* out) {
    const Value third = sum_.at(x_ + 2), fourth = sum_.at(x_ + 3);
    out[0] = Lanes::subtract(first_, third);
    out[1] = Lanes::add(second_, third);
    out[2] = Lanes::subtract(third, second_);
    out[3] = Lanes::subtract(second_, fourth);
    first_ = third, second_ = fourth, x_ += 2;
  }

 private:
  RowSum<Lanes> sum_;
  int x_;
  Value first_, second_;
};

#endif

}  // namespace margay::fused
