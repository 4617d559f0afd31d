// Tiles are taken so few at a time that what they are transformed to stays in a core's second-level cache; of
// each position of a tile, what 12 of them make with 32 outputs are sums in 24 of the 32 registers.
#include "margay/fused/winograd.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "margay/core/cpu.h"
#include "margay/fused/pool_rows.h"
#include "margay/fused/thread_scratch.h"
#include "margay/fused/winograd_tiles.h"

namespace margay::fused {
namespace {

constexpr int kKernel = 3;
constexpr int kMaxTiles = 12;  ///< that share a load of weights

/// No power of 2: what is so far apart shares places of a cache.
constexpr int kTilesAtOnce = 24;

}  // namespace

ConvolutionSpec transposed(const ConvolutionSpec& spec) {
  ConvolutionSpec back = spec;
  std::swap(back.in_channels, back.out_channels);
  back.height = spec.out_height(), back.width = spec.out_width();
  back.padding = spec.kernel - 1 - spec.padding;
  back.bias = false;
  return back;
}

bool is_winograd_supported([[maybe_unused]] const ConvolutionSpec& spec,
                           [[maybe_unused]] Precision precision) {
#ifdef MARGAY_HAS_AVX512
  const bool has_products = cpu_has_avx512() && (precision == Precision::float32 || cpu_has_bf16());
  return has_products && spec.kernel == kKernel && spec.stride == 1 && spec.dilation == 1 &&
         spec.groups == 1 && spec.padding >= 0 && spec.padding < kKernel &&
         spec.in_channels % kWinogradLanes == 0 && spec.out_channels % kWinogradLanes == 0 &&
         spec.out_height() > 0 && spec.out_width() > 0;
#else
  return false;
#endif
}

#ifdef MARGAY_HAS_AVX512

namespace {

/// products[tile, out] = inputs[tile, in] * weights[in, out] of as many tiles and vectors of outputs.
template <class Bits, int tiles, int vectors>
MARGAY_AVX512 void multiply_tiles(int words, const uint32_t* inputs, const uint32_t* weights,
                                  float* products) {
  __m512 sum[tiles][vectors] = {};
  constexpr int kGroups = (tiles + 2) / 3;
  const uint32_t* from[kGroups];
#pragma GCC unroll 4
  for (int g = 0; g < kGroups; ++g) from[g] = inputs + int64_t{3} * g * words;
  const int64_t second = words, third = 2 * int64_t{words};
  for (int word = 0; word < words; ++word, weights += vectors * kWinogradLanes) {
    __m512i w[vectors];
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) w[v] = _mm512_loadu_si512(weights + v * kWinogradLanes);
#pragma GCC unroll 12
    for (int t = 0; t < tiles; ++t) {
      const uint32_t* at = from[t / 3] + (t % 3 == 0 ? 0 : t % 3 == 1 ? second : third);
      const __m512i x = _mm512_set1_epi32(static_cast<int>(*at));
#pragma GCC unroll 2
      for (int v = 0; v < vectors; ++v) sum[t][v] = add_product<Bits>(sum[t][v], w[v], x);
    }
#pragma GCC unroll 4
    for (int g = 0; g < kGroups; ++g) ++from[g];
  }
#pragma GCC unroll 12
  for (int t = 0; t < tiles; ++t)
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v)
      _mm512_storeu_ps(products + (t * vectors + v) * kWinogradLanes, sum[t][v]);
}

using MultiplyTiles = void (*)(int, const uint32_t*, const uint32_t*, float*);

template <class Bits, int vectors, size_t... tiles>
constexpr std::array<MultiplyTiles, kMaxTiles> multipliers_of(std::index_sequence<tiles...>) {
  return {multiply_tiles<Bits, tiles + 1, vectors>...};
}

/// By the number of vectors and of tiles, both less 1.
template <class Bits>
constexpr std::array<std::array<MultiplyTiles, kMaxTiles>, 2> kMultiplyTiles{
    multipliers_of<Bits, 1>(std::make_index_sequence<kMaxTiles>()),
    multipliers_of<Bits, 2>(std::make_index_sequence<kMaxTiles>())};

/// The four rows of transformed patches of a run, in the channels from `channel` on.
template <class Lanes>
MARGAY_AVX512 void transform_run(const FeatureMap<typename Lanes::Bits>& map, const TileRun& run, int padding,
                                 int channel, typename Lanes::Bits* out, int64_t position_values) {
  for (int row = 0; row < 4; ++row) {
    InputRow<Lanes> input(map, run, padding, row, channel);
    auto* to = out + 4 * row * position_values;
    for (int t = 0; t < run.count; ++t, to += map.channels) {
      typename Lanes::Value values[4];
      input.next(values);
#pragma GCC unroll 4
      for (int i = 0; i < 4; ++i) Lanes::store(values[i], to + i * position_values);
    }
  }
}

/// The products of one tile, `apart` from one position to the next, to its outputs.
MARGAY_AVX512 inline void transform_products(const float* products, int64_t apart, __m512 bias, __m512* out) {
  __m512 upper[4], lower[4];
#pragma GCC unroll 4
  for (int x = 0; x < 4; ++x) {
    const auto at = [&](int y) MARGAY_AVX512 { return _mm512_loadu_ps(products + (4 * y + x) * apart); };
    const __m512 second = at(1), third = at(2);
    upper[x] = _mm512_add_ps(_mm512_add_ps(at(0), second), third);
    lower[x] = _mm512_sub_ps(_mm512_sub_ps(second, third), at(3));
  }
  const auto across = [&](const __m512* row, __m512* to) MARGAY_AVX512 {
    const __m512 second = _mm512_add_ps(row[1], bias);
    to[0] = _mm512_add_ps(_mm512_add_ps(row[0], second), row[2]);
    to[1] = _mm512_sub_ps(_mm512_sub_ps(second, row[2]), row[3]);
  };
  across(upper, out);
  across(lower, out + 2);
}

/// 0 where there is none.
MARGAY_AVX512 inline __m512 bias_of(const float* bias, int vector) {
  return bias ? _mm512_loadu_ps(bias + vector * kWinogradLanes) : _mm512_setzero_ps();
}

/// Channels next to each other, of vectors that are `apart` in memory.
template <int vectors>
MARGAY_AVX512 inline void store_outputs(const __m512* values, int apart, uint16_t* to) {
  if constexpr (vectors == 2)
    _mm512_storeu_si512(to, narrowed(values[0], values[apart]));
  else
    BrainsOf16::store(values[0], to);
}
template <int vectors>
MARGAY_AVX512 inline void store_outputs(const __m512* values, int apart, uint32_t* to) {
  for (int v = 0; v < vectors; ++v) _mm512_storeu_ps(to + v * kWinogradLanes, values[v * apart]);
}

/// Outputs of a run, from its first tile's products on.
template <class Bits, int vectors>
MARGAY_AVX512 void write_run(const ConvolutionSpec& spec, const TileRun& run, const float* products,
                             int64_t apart, const float* bias, Bits* out) {
  const int height = spec.out_height(), width = spec.out_width();
  const int64_t pixel = spec.out_channels, row = width * pixel;
  Bits* to = out + (int64_t{run.picture} * height + 2 * run.row) * row + 2 * run.column * pixel;
  const bool has_lower = 2 * run.row + 1 < height;
  for (int t = 0; t < run.count; ++t, to += 2 * pixel, products += vectors * kWinogradLanes) {
    __m512 values[vectors][4];
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v)
      transform_products(products + v * kWinogradLanes, apart, bias_of(bias, v), values[v]);
    const bool has_right = 2 * (run.column + t) + 1 < width;
    store_outputs<vectors>(&values[0][0], 4, to);
    if (has_right) store_outputs<vectors>(&values[0][1], 4, to + pixel);
    if (has_lower) store_outputs<vectors>(&values[0][2], 4, to + row);
    if (has_lower && has_right) store_outputs<vectors>(&values[0][3], 4, to + row + pixel);
  }
}

/// The maximum of four, each a vector, and which it is. NaN is greater than all.
struct Maxima {
  MARGAY_AVX512 explicit Maxima(const __m512* values) : most(values[0]), which(_mm512_setzero_si512()) {
#pragma GCC unroll 3
    for (int i = 1; i < 4; ++i) {
      const __mmask16 more = _mm512_cmp_ps_mask(values[i], most, _CMP_GT_OQ);
      most = _mm512_mask_mov_ps(most, more, values[i]);
      which = _mm512_mask_mov_epi32(which, more, _mm512_set1_epi32(i));
    }
    const auto unordered = [](__m512 a, __m512 b)
                               MARGAY_AVX512 { return _mm512_cmp_ps_mask(a, b, _CMP_UNORD_Q); };
    const auto nan =
        static_cast<__mmask16>(unordered(values[0], values[1]) | unordered(values[2], values[3]));
    most = _mm512_mask_mov_ps(most, nan, _mm512_set1_ps(NAN));
  }

  /// What is below 0 becomes 0, and comes from nowhere.
  MARGAY_AVX512 void rectify() {
    const __mmask16 taken = _mm512_cmp_ps_mask(most, _mm512_setzero_ps(), _CMP_LE_OQ);
    most = _mm512_mask_mov_ps(most, taken, _mm512_setzero_ps());
    which = _mm512_mask_mov_epi32(which, taken, _mm512_set1_epi32(kTakenByRelu));
  }

  __m512 most;
  __m512i which;
};

/// Maxima of the tiles of a run, from its first tile's products on. `choice` may be null.
template <class Bits, int vectors>
MARGAY_AVX512 void pool_run(const ConvolutionSpec& spec, const TileRun& run, const float* products,
                            int64_t apart, const float* bias, const PooledOutput& pooled) {
  const int64_t pixel = spec.out_channels;
  const int64_t first =
      ((int64_t{run.picture} * (spec.out_height() / 2) + run.row) * (spec.out_width() / 2) + run.column) *
      pixel;
  Bits* to = static_cast<Bits*>(pooled.output) + first;
  uint8_t* choice = pooled.choice ? pooled.choice + first : nullptr;
  for (int t = 0; t < run.count; ++t, to += pixel, products += vectors * kWinogradLanes) {
    __m512 most[vectors];
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) {
      __m512 values[4];
      transform_products(products + v * kWinogradLanes, apart, bias_of(bias, v), values);
      Maxima maxima(values);
      if (pooled.relu) maxima.rectify();
      most[v] = maxima.most;
      if (choice)
        _mm_storeu_si128(reinterpret_cast<__m128i*>(choice + t * pixel + v * kWinogradLanes),
                         _mm512_cvtepi32_epi8(maxima.which));
    }
    store_outputs<vectors>(most, 1, to);
  }
}

}  // namespace

template <class Bits>
void WinogradPass<Bits>::run(int pictures, const Bits* input, const WinogradWeights<Bits>& weights,
                             const float* bias, Bits* output) const {
  run_tiles(TileGrid::covering(spec_), pictures, input, weights,
            [&](const TileRun& run, int out, int vectors, const float* products, int64_t apart) {
              const auto write = vectors == 2 ? write_run<Bits, 2> : write_run<Bits, 1>;
              write(spec_, run, products, apart, bias ? bias + out : nullptr, output + out);
            });
}

template <class Bits>
void WinogradPass<Bits>::run_pooled(int pictures, const Bits* input, const WinogradWeights<Bits>& weights,
                                    const float* bias, const PooledOutput& pooled) const {
  auto* output = static_cast<Bits*>(pooled.output);
  run_tiles(TileGrid::within(spec_), pictures, input, weights,
            [&](const TileRun& run, int out, int vectors, const float* products, int64_t apart) {
              const auto pool = vectors == 2 ? pool_run<Bits, 2> : pool_run<Bits, 1>;
              pool(spec_, run, products, apart, bias ? bias + out : nullptr,
                   {output + out, pooled.choice ? pooled.choice + out : nullptr, pooled.relu});
            });
}

/// Calls `write(run, first output channel, vectors, products, their distance from one position to the next)`.
template <class Bits>
template <class Write>
void WinogradPass<Bits>::run_tiles(const TileGrid& grid, int pictures, const Bits* input,
                                   const WinogradWeights<Bits>& weights, const Write& write) const {
  const int tiles = pictures * grid.tiles(), step = std::min(tiles, kTilesAtOnce);
  // [position, tile, in channel], transformed, and [position, tile, out channel of a block]
  auto* inputs = thread_scratch<WinogradPass, Bits>(size_t{kPositions} * step * spec_.in_channels);
  auto* products = thread_scratch<WinogradPass, float>(size_t{kPositions} * step * kWinogradBlock);
  for (int first = 0; first < tiles; first += step) {
    const int count = std::min(step, tiles - first);
    transform_inputs(grid, input, first, count, inputs);
    for (int out = 0; out < spec_.out_channels; out += kWinogradBlock) {
      const int vectors = std::min(2, (spec_.out_channels - out) / kWinogradLanes);
      multiply(inputs, weights.block(out), vectors, count, products);
      const int lanes = vectors * kWinogradLanes;
      grid.for_runs(first, count, [&](const TileRun& run, int place) {
        write(run, out, vectors, products + int64_t{place} * lanes, int64_t{count} * lanes);
      });
    }
  }
}

template <class Bits>
void WinogradPass<Bits>::transform_inputs(const TileGrid& grid, const Bits* input, int first, int count,
                                          Bits* inputs) const {
  const FeatureMap<Bits> map{input, spec_.height, spec_.width, spec_.in_channels};
  const int64_t position_values = int64_t{count} * spec_.in_channels;
  grid.for_runs(first, count, [&](const TileRun& run, int place) {
    Bits* to = inputs + int64_t{place} * spec_.in_channels;
    int channel = 0;
    if constexpr (sizeof(Bits) == 2) {
      for (; channel + 32 <= spec_.in_channels; channel += 32)
        transform_run<BrainsOf32>(map, run, spec_.padding, channel, to + channel, position_values);
      if (channel < spec_.in_channels)
        transform_run<BrainsOf16>(map, run, spec_.padding, channel, to + channel, position_values);
    } else {
      for (; channel < spec_.in_channels; channel += 16)
        transform_run<FloatsOf16>(map, run, spec_.padding, channel, to + channel, position_values);
    }
  });
}

template <class Bits>
void WinogradPass<Bits>::multiply(const Bits* inputs, const uint32_t* weights, int vectors, int count,
                                  float* products) const {
  const int words = spec_.in_channels / kPerWord<Bits>, lanes = vectors * kWinogradLanes;
  const auto* from = reinterpret_cast<const uint32_t*>(inputs);
  for (int p = 0; p < kPositions; ++p, weights += int64_t{words} * lanes)
    for (int t = 0; t < count; t += kMaxTiles) {
      const int tiles = std::min(kMaxTiles, count - t);
      const int64_t place = int64_t{p} * count + t;
      kMultiplyTiles<Bits>[vectors - 1][tiles - 1](words, from + place * words, weights,
                                                   products + place * lanes);
    }
}

#else

template <class Bits>
void WinogradPass<Bits>::run(int, const Bits*, const WinogradWeights<Bits>&, const float*, Bits*) const {}

template <class Bits>
void WinogradPass<Bits>::run_pooled(int, const Bits*, const WinogradWeights<Bits>&, const float*,
                                    const PooledOutput&) const {}

#endif

template class WinogradPass<uint16_t>;
template class WinogradPass<uint32_t>;

}  // namespace margay::fused
