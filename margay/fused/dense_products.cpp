// Tiles of sums in 24 of the 32 registers. Weights, which no cache holds, are read once, and as they lie: to
// pack them as libraries do takes as long as a product with a small batch.
#include "margay/fused/dense_products.h"

#include <algorithm>
#include <array>
#include <utility>

#include "margay/core/cpu.h"
#include "margay/fused/pairs.h"

namespace margay::fused {

#ifdef MARGAY_HAS_AVX512

namespace {

constexpr int64_t kLanes = 16, kHalfLanes = 32;  ///< of float32 and of bfloat16

/// Of the input, at once: of 8 pictures and 3 outputs they fit a first-level cache, of 256 outputs a
/// second-level one.
constexpr int64_t kFeatures = 1536;

uint32_t first_half_lanes(int64_t count) {
  return count >= kHalfLanes ? 0xFFFFFFFF : (uint32_t{1} << count) - 1;
}

/// kernels[rows - 1][columns - 1] of a template of both.
template <class Kernel, int rows, int columns>
using Kernels = std::array<std::array<Kernel, columns>, rows>;

constexpr int kOuts = 3, kPictures = 8;

/// The sums over the lanes of each of 8 vectors.
MARGAY_AVX512 inline __m256 totals(const __m512* sums) {
  __m512 fours[2];  // of vectors 0 to 3 and 4 to 7: four sums in each quarter
#pragma GCC unroll 2
  for (int i = 0; i < 2; ++i) {
    const __m512 *from = sums + 4 * i, a = from[0], b = from[1], c = from[2], d = from[3];
    const __m512 ab = _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
    const __m512 cd = _mm512_add_ps(_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
    fours[i] = _mm512_add_ps(_mm512_shuffle_ps(ab, cd, 0x44), _mm512_shuffle_ps(ab, cd, 0xEE));
  }
  const __m512 halves = _mm512_add_ps(_mm512_shuffle_f32x4(fours[0], fours[1], 0x88),
                                      _mm512_shuffle_f32x4(fours[0], fours[1], 0xDD));
  const __m512 swapped = _mm512_add_ps(halves, _mm512_shuffle_f32x4(halves, halves, 0xB1));
  return _mm512_castps512_ps256(_mm512_shuffle_f32x4(swapped, swapped, 0x08));
}

/// output[o, n] += products along `count` features of as many pictures and outputs.
template <int outs, int pictures>
MARGAY_AVX512 void add_products(const DenseShape& shape, int64_t count, const uint16_t* input,
                                const uint16_t* weight, float* output) {
  __m512 sum[outs][kPictures] = {};
  const auto step = [&](int64_t i, __mmask32 mask) MARGAY_AVX512 {
    __m512i w[outs];
#pragma GCC unroll 3
    for (int o = 0; o < outs; ++o) w[o] = _mm512_maskz_loadu_epi16(mask, weight + o * shape.in + i);
#pragma GCC unroll 8
    for (int n = 0; n < pictures; ++n) {
      const auto x = _mm512_maskz_loadu_epi16(mask, input + n * shape.in + i);
#pragma GCC unroll 3
      for (int o = 0; o < outs; ++o) sum[o][n] = add_pair_products(sum[o][n], w[o], x);
    }
  };
  int64_t i = 0;
  for (; i + kHalfLanes <= count; i += kHalfLanes) step(i, 0xFFFFFFFF);
  if (i < count) step(i, first_half_lanes(count - i));
#pragma GCC unroll 3
  for (int o = 0; o < outs; ++o) {
    float* to = output + o * padded_batch(shape.batch);
    _mm256_storeu_ps(to, _mm256_add_ps(_mm256_loadu_ps(to), totals(sum[o])));
  }
}

using AddProducts = void (*)(const DenseShape&, int64_t, const uint16_t*, const uint16_t*, float*);

template <int outs, size_t... n>
constexpr std::array<AddProducts, kPictures> products_of(std::index_sequence<n...>) {
  return {add_products<outs, n + 1>...};
}
constexpr auto kEachPictures = std::make_index_sequence<kPictures>();
constexpr Kernels<AddProducts, kOuts, kPictures> kAddProducts{
    products_of<1>(kEachPictures), products_of<2>(kEachPictures), products_of<3>(kEachPictures)};

constexpr int kTilePictures = 12;

/// 32 columns of the gradient of so many pictures' input, or the first of them that `mask` has. On the way,
/// the same rows of the weights' next columns are fetched.
template <int pictures>
MARGAY_AVX512 void write_columns(const DenseShape& shape, __mmask32 mask, const uint32_t* gradient,
                                 const uint16_t* weight, uint16_t* input_gradient) {
  const int64_t pairs = pairs_of(shape.out);
  __m512 low[pictures] = {}, high[pictures] = {};
  for (int64_t p = 0; p < pairs; ++p) {
    const uint16_t *upper = weight + 2 * p * shape.in, *lower = upper + shape.in;
    const __mmask32 second = 2 * p + 1 < shape.out ? mask : 0;
    const __m512i a = _mm512_maskz_loadu_epi16(mask, upper), b = _mm512_maskz_loadu_epi16(second, lower);
    _mm_prefetch(reinterpret_cast<const char*>(upper + kHalfLanes), _MM_HINT_T0);
    _mm_prefetch(reinterpret_cast<const char*>(lower + kHalfLanes), _MM_HINT_T0);
    const auto w_low = _mm512_unpacklo_epi16(a, b), w_high = _mm512_unpackhi_epi16(a, b);
#pragma GCC unroll 12
    for (int n = 0; n < pictures; ++n) {
      const auto g = _mm512_set1_epi32(static_cast<int>(gradient[p * pictures + n]));
      low[n] = add_pair_products(low[n], w_low, g);
      high[n] = add_pair_products(high[n], w_high, g);
    }
  }
  // Unpacking took four values of every eight.
  static constexpr auto order = [] {
    std::array<uint16_t, kHalfLanes> from{};
    for (int i = 0; i < kHalfLanes; ++i)
      from[i] = static_cast<uint16_t>((i & 4 ? kLanes : 0) + i / 8 * 4 + i % 4);
    return from;
  }();
  const __m512i places = _mm512_loadu_si512(order.data());
#pragma GCC unroll 12
  for (int n = 0; n < pictures; ++n) {
    const auto both = narrowed(low[n], high[n]);
    _mm512_mask_storeu_epi16(input_gradient + n * shape.in, mask, _mm512_permutexvar_epi16(places, both));
  }
}

using WriteColumns = void (*)(const DenseShape&, __mmask32, const uint32_t*, const uint16_t*, uint16_t*);

template <size_t... n>
constexpr std::array<WriteColumns, kTilePictures> columns_of(std::index_sequence<n...>) {
  return {write_columns<n + 1>...};
}
constexpr auto kWriteColumns = columns_of(std::make_index_sequence<kTilePictures>());

constexpr int kTileOuts = 8, kTileVectors = 3;
constexpr int64_t kTileIns = kTileVectors * kLanes;

/// A tile of the gradient of the weights; `mask` is of its last vector.
template <int vectors, int outs>
MARGAY_AVX512 void write_tile(const DenseShape& shape, __mmask16 mask, const uint32_t* input,
                              const uint32_t* gradient, float* weight_gradient) {
  __m512 sum[outs][vectors] = {};
  for (int64_t p = 0; p < pairs_of(shape.batch); ++p, input += kTileIns, gradient += outs) {
    __m512i x[vectors];
#pragma GCC unroll 3
    for (int v = 0; v < vectors; ++v)
      x[v] = _mm512_maskz_loadu_epi32(v + 1 < vectors ? 0xFFFF : mask, input + v * kLanes);
#pragma GCC unroll 8
    for (int o = 0; o < outs; ++o) {
      const auto g = _mm512_set1_epi32(static_cast<int>(gradient[o]));
#pragma GCC unroll 3
      for (int v = 0; v < vectors; ++v) sum[o][v] = add_pair_products(sum[o][v], g, x[v]);
    }
  }
#pragma GCC unroll 8
  for (int o = 0; o < outs; ++o)
#pragma GCC unroll 3
    for (int v = 0; v < vectors; ++v) {
      float* to = weight_gradient + o * shape.in + v * kLanes;
      const bool is_whole = v + 1 < vectors || mask == 0xFFFF;
      if (is_whole && reinterpret_cast<uintptr_t>(to) % 64 == 0)
        _mm512_stream_ps(to, sum[o][v]);
      else
        _mm512_mask_storeu_ps(to, is_whole ? 0xFFFF : mask, sum[o][v]);
    }
}

using WriteTile = void (*)(const DenseShape&, __mmask16, const uint32_t*, const uint32_t*, float*);

template <int vectors, size_t... o>
constexpr std::array<WriteTile, kTileOuts> tiles_of(std::index_sequence<o...>) {
  return {write_tile<vectors, o + 1>...};
}
constexpr auto kEachOut = std::make_index_sequence<kTileOuts>();
constexpr Kernels<WriteTile, kTileVectors, kTileOuts> kWriteTile{tiles_of<1>(kEachOut), tiles_of<2>(kEachOut),
                                                                 tiles_of<3>(kEachOut)};

}  // namespace

bool has_dense_products() {
  return cpu_has_bf16() && cpu_has_avx512();
}

int64_t padded_batch(int64_t batch) {
  return (batch + kPictures - 1) / kPictures * kPictures;
}

void pair_columns(int64_t batch, int64_t count, const uint16_t* values, uint32_t* pairs) {
  for (int64_t first = 0; first < batch; first += kTilePictures)
    for (int64_t i = 0; i < count; i += 2)
      for (int64_t n = first; n < std::min(batch, first + kTilePictures); ++n) {
        const uint16_t* from = values + n * count + i;
        *pairs++ = from[0] | (i + 1 < count ? uint32_t{from[1]} << 16 : 0);
      }
}

void pair_rows(int64_t batch, int64_t count, const uint16_t* values, uint32_t* pairs) {
  for (int64_t first = 0; first < count; first += kTileOuts)
    for (int64_t n = 0; n < batch; n += 2)
      for (int64_t i = first; i < std::min(count, first + kTileOuts); ++i) {
        const uint16_t* from = values + n * count + i;
        *pairs++ = from[0] | (n + 1 < batch ? uint32_t{from[count]} << 16 : 0);
      }
}

void add_output(const DenseShape& shape, Range outs, const uint16_t* input, const uint16_t* weight,
                float* output) {
  for (int64_t i = 0; i < shape.in; i += kFeatures)
    for (int64_t n = 0; n < shape.batch; n += kPictures)
      for (int64_t o = outs.first; o < outs.last; o += kOuts) {
        const int64_t rows = std::min<int64_t>(kOuts, outs.last - o);
        const int64_t pictures = std::min<int64_t>(kPictures, shape.batch - n);
        kAddProducts[rows - 1][pictures - 1](shape, std::min(kFeatures, shape.in - i),
                                             input + n * shape.in + i, weight + o * shape.in + i,
                                             output + o * padded_batch(shape.batch) + n);
      }
}

void write_input_gradient(const DenseShape& shape, Range ins, const uint32_t* gradient,
                          const uint16_t* weight, uint16_t* input_gradient) {
  for (int64_t i = ins.first; i < ins.last; i += kHalfLanes)
    for (int64_t n = 0; n < shape.batch; n += kTilePictures) {
      const int64_t pictures = std::min<int64_t>(kTilePictures, shape.batch - n);
      kWriteColumns[pictures - 1](shape, first_half_lanes(ins.last - i), gradient + n * pairs_of(shape.out),
                                  weight + i, input_gradient + n * shape.in + i);
    }
}

int64_t input_tile_words(int64_t batch) {
  return pairs_of(batch) * kTileIns;
}

void write_weight_gradient(const DenseShape& shape, Range ins, const uint16_t* input,
                           const uint32_t* gradient, uint32_t* tile, float* weight_gradient) {
  const int64_t pairs = pairs_of(shape.batch);
  const std::array<uint16_t, kTileIns> nothing{};
  for (int64_t i = ins.first; i < ins.last; i += kTileIns) {
    const int64_t left = std::min(kTileIns, ins.last - i), vectors = (left + kLanes - 1) / kLanes;
    const uint16_t mask = first_lanes(left - (vectors - 1) * kLanes);
    for (int64_t n = 0; n < shape.batch; n += 2) {
      const uint16_t* row = input + n * shape.in + i;
      interleave(row, n + 1 < shape.batch ? row + shape.in : nothing.data(), left, tile + n / 2 * kTileIns);
    }
    for (int64_t o = 0; o < shape.out; o += kTileOuts)
      kWriteTile[vectors - 1][std::min<int64_t>(kTileOuts, shape.out - o) - 1](
          shape, mask, tile, gradient + o * pairs, weight_gradient + o * shape.in + i);
  }
  _mm_sfence();
}

#else

bool has_dense_products() {
  return false;
}
int64_t padded_batch(int64_t batch) {
  return batch;
}
void pair_columns(int64_t, int64_t, const uint16_t*, uint32_t*) {}
void pair_rows(int64_t, int64_t, const uint16_t*, uint32_t*) {}
void add_output(const DenseShape&, Range, const uint16_t*, const uint16_t*, float*) {}
void write_input_gradient(const DenseShape&, Range, const uint32_t*, const uint16_t*, uint16_t*) {}
int64_t input_tile_words(int64_t) {
  return 0;
}
void write_weight_gradient(const DenseShape&, Range, const uint16_t*, const uint32_t*, uint32_t*, float*) {}

#endif

}  // namespace margay::fused
