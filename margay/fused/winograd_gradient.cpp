// Transposing the algorithm takes the transformed inputs of a tile times its transformed gradients, summed up
// over all tiles, to the gradient of the kernel. One row of positions after the other, so that of as many
// tiles less has to stay in the cache.
#include "margay/fused/winograd_gradient.h"

#include <algorithm>
#include <type_traits>
#include <vector>

#include "margay/fused/block_sums.h"
#include "margay/fused/thread_scratch.h"
#include "margay/fused/winograd_tiles.h"

namespace margay::fused {
namespace {

constexpr int kKernel = 3, kTaps = kKernel * kKernel, kRow = 4;
/// Owners of scratch memory.
struct Inputs;
struct Gradients;

/// Bytes of transformed tiles that stay in a core's second-level cache.
constexpr int64_t kCacheBytes = 256 << 10;

}  // namespace

#ifdef MARGAY_HAS_AVX512

namespace {

/// One of the four rows of the transformed gradients of the tiles of a run.
template <class Lanes>
class GradientRow {
 public:
  using Value = typename Lanes::Value;

  MARGAY_AVX512 GradientRow(const FeatureMap<typename Lanes::Bits>& map, const TileRun& run, int, int row,
                            int channel)
      : x_(2 * run.column) {
    // 0 + second, first + second, ...: the row of the map that is not there is 0.
    static constexpr float kFactors[kRow] = {1, 1, -1, -1};
    const int top = 2 * run.row;
    const auto *upper = row == 3 ? nullptr : map.row(run.picture, top),
               *lower = row == 0 ? nullptr : map.row(run.picture, top + 1);
    sum_ = {upper ? upper + channel : nullptr, lower ? lower + channel : nullptr,
            _mm512_set1_ps(kFactors[row]), map.width, map.channels};
  }

  /// Of the next tile.
  MARGAY_AVX512 void next(Value* out) {
    const Value first = sum_.at(x_), second = sum_.at(x_ + 1);
    out[0] = first;
    out[1] = Lanes::add(first, second);
    out[2] = Lanes::subtract(first, second);
    out[3] = Lanes::subtract(Lanes::zero(), second);
    x_ += 2;
  }

 private:
  RowSum<Lanes> sum_;
  int x_;
};

/// Writes the words of the tiles of a run, whose first is at `place`, in 16 channels.
template <class Bits, class Row>
MARGAY_AVX512 void write_words(Row row, int place, int count, int channels, uint32_t* words,
                               int64_t position_words) {
  constexpr int kTiles = kPerWord<Bits>;
  uint32_t* to = words + int64_t{place / kTiles} * channels;
  __m512 first[kRow], second[kRow] = {};
  const auto write = [&]() MARGAY_AVX512 {
#pragma GCC unroll 4
    for (int i = 0; i < kRow; ++i) {
      const __m512 both[] = {first[i], second[i]};
      _mm512_storeu_si512(to + i * position_words, words_of<Bits>(both));
    }
    to += channels;
  };
  int t = 0;
  if (place % kTiles != 0) {  // the run before has written the first
#pragma GCC unroll 4
    for (int i = 0; i < kRow; ++i)
      first[i] = _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_loadu_si512(to + i * position_words), 16));
    row.next(second);
    write();
    t = 1;
  }
  for (; t + kTiles <= count; t += kTiles) {
    row.next(first);
    if constexpr (kTiles == 2) row.next(second);
    write();
  }
  if (t < count) {
    row.next(first);
    std::fill_n(second, kRow, _mm512_setzero_ps());
    write();
  }
}

template <class Bits>
using LanesOf16 = std::conditional_t<sizeof(Bits) == 2, BrainsOf16, FloatsOf16>;

/// One row of positions of the transformed tiles of a feature map.
template <class Bits, template <class> class Row>
MARGAY_AVX512 void transform_tiles(const TileGrid& grid, const FeatureMap<Bits>& map, int padding, int row,
                                   int first, int count, uint32_t* words) {
  using Lanes = LanesOf16<Bits>;
  const int64_t position_words = int64_t{(count + kPerWord<Bits> - 1) / kPerWord<Bits>} * map.channels;
  grid.for_runs(first, count, [&](const TileRun& run, int place) {
    for (int channel = 0; channel < map.channels; channel += kWinogradLanes)
      write_words<Bits>(Row<Lanes>(map, run, padding, row, channel), place, run.count, map.channels,
                        words + channel, position_words);
  });
}

/// The sums of 16 positions to the kernel's 9 taps, each a vector.
MARGAY_AVX512 inline void gather_taps(const __m512* positions, __m512* taps) {
  const auto gather = [](__m512 a, __m512 b, __m512 c, __m512 d, __m512* out, int apart) MARGAY_AVX512 {
    const __m512 half = _mm512_set1_ps(0.5f), sum = _mm512_mul_ps(half, _mm512_add_ps(b, c));
    out[0] = _mm512_add_ps(a, sum);
    out[apart] = _mm512_mul_ps(half, _mm512_sub_ps(b, c));
    out[2 * apart] = _mm512_add_ps(sum, d);
  };
  __m512 rows[kKernel * kRow];
#pragma GCC unroll 4
  for (int x = 0; x < kRow; ++x)
    gather(positions[x], positions[4 + x], positions[8 + x], positions[12 + x], rows + x, kRow);
#pragma GCC unroll 3
  for (int y = 0; y < kKernel; ++y) {
    const __m512* row = rows + kRow * y;
    gather(row[0], row[1], row[2], row[3], taps + kKernel * y, 1);
  }
}

}  // namespace

template <class Bits>
int WinogradGradient<Bits>::tiles_at_once() const {
  const int64_t word = 4 * int64_t{kRow} * (spec_.in_channels + spec_.out_channels);
  return static_cast<int>(std::max<int64_t>(16, kCacheBytes / word) * kPerWord<Bits>);
}

template <class Bits>
size_t WinogradGradient<Bits>::size() const {
  return size_t{kPositions} * spec_.in_channels * spec_.out_channels;
}

template <class Bits>
void WinogradGradient<Bits>::add(int pictures, const Bits* input, const Bits* gradient) {
  const int tiles = pictures * TileGrid::covering(spec_).tiles(), step = std::min(tiles, tiles_at_once());
  const int words = (step + kPerWord<Bits> - 1) / kPerWord<Bits>;
  const Words scratch{thread_scratch<Inputs, uint32_t>(size_t{kRow} * words * spec_.in_channels),
                      thread_scratch<Gradients, uint32_t>(size_t{kRow} * words * spec_.out_channels)};
  for (int first = 0; first < tiles; first += step) {
    const int count = std::min(step, tiles - first);
    for (int row = 0; row < kRow; ++row) {
      transform(row, input, gradient, first, count, scratch);
      add_products(row, (count + kPerWord<Bits> - 1) / kPerWord<Bits>, scratch);
    }
    has_sums_ = true;
  }
}

template <class Bits>
void WinogradGradient<Bits>::transform(int row, const Bits* input, const Bits* gradient, int first, int count,
                                       Words to) const {
  const TileGrid grid = TileGrid::covering(spec_);
  const FeatureMap<Bits> inputs{input, spec_.height, spec_.width, spec_.in_channels},
      gradients{gradient, spec_.out_height(), spec_.out_width(), spec_.out_channels};
  transform_tiles<Bits, InputRow>(grid, inputs, spec_.padding, row, first, count, to.inputs);
  transform_tiles<Bits, GradientRow>(grid, gradients, 0, row, first, count, to.gradients);
}

template <class Bits>
void WinogradGradient<Bits>::add_products(int row, int words, Words from) {
  const int ins = spec_.in_channels, outs = spec_.out_channels;
  for (int x = 0; x < kRow; ++x) {
    const WordRows rows{from.inputs + int64_t{x} * words * ins, from.gradients + int64_t{x} * words * outs};
    add_block_sums<Bits>({{&rows, 1}, words, ins, outs, has_sums_}, ins, outs,
                         sums_ + int64_t{kRow * row + x} * ins * outs);
  }
}

template <class Bits>
void WinogradGradient<Bits>::total(std::span<const WinogradGradient> parts, float* weight) {
  std::vector<const float*> sums;
  for (const WinogradGradient& part : parts)
    if (part.has_sums_) sums.push_back(part.sums_);
  const WinogradGradient& any = parts.front();
  const int outs = any.spec_.out_channels / kWinogradLanes, ins = any.spec_.in_channels / kWinogradLanes;
#pragma omp parallel for collapse(2) schedule(static)
  for (int o = 0; o < outs; ++o)
    for (int i = 0; i < ins; ++i) any.total_block(sums, o * kWinogradLanes, i * kWinogradLanes, weight);
}

/// 16 outputs of 16 inputs.
template <class Bits>
MARGAY_AVX512 void WinogradGradient<Bits>::total_block(std::span<const float* const> sums, int first_out,
                                                       int first_in, float* weight) const {
  const int64_t ins = spec_.in_channels, outs = spec_.out_channels;
  float columns[kTaps][kWinogradLanes][kWinogradLanes];  // [tap, in, out]
  for (int i = 0; i < kWinogradLanes; ++i) {
    __m512 positions[kPositions] = {}, taps[kTaps];
    for (const float* part : sums) {
      const float* from = part + (first_in + i) * outs + first_out;
      for (int p = 0; p < kPositions; ++p)
        positions[p] = _mm512_add_ps(positions[p], _mm512_loadu_ps(from + p * ins * outs));
    }
    gather_taps(positions, taps);
    for (int tap = 0; tap < kTaps; ++tap) _mm512_storeu_ps(columns[tap][i], taps[tap]);
  }
  for (int tap = 0; tap < kTaps; ++tap)
    transpose_16(columns[tap][0], kWinogradLanes,
                 weight + (first_out * int64_t{kTaps} + tap) * ins + first_in, kTaps * ins);
}

#else

template <class Bits>
void WinogradGradient<Bits>::add(int, const Bits*, const Bits*) {}

template <class Bits>
void WinogradGradient<Bits>::total(std::span<const WinogradGradient>, float*) {}

#endif

template class WinogradGradient<uint16_t>;
template class WinogradGradient<uint32_t>;

}  // namespace margay::fused
