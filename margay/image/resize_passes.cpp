// A plain version that the compiler vectorises as it can, and one for AVX2.
#include "margay/image/resize_passes.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace margay::image {
namespace {

constexpr int32_t kHalf = 1 << (kWeightBits - 1);

uint8_t to_byte(int32_t sum) {
  return static_cast<uint8_t>(std::clamp(sum >> kWeightBits, 0, 255));
}

inline void spread_row(const uint8_t* in, int width, int16_t* row) {
  for (int x = 0; x < width; ++x)
    for (int c = 0; c < 3; ++c) row[4 * x + c] = in[3 * x + c];
}

void filter_row_plain(const uint8_t* in, int width, HorizontalPlan& plan, uint8_t* out) {
  spread_row(in, width, plan.row.data());
  const int32_t* weights = plan.weights.data();
  for (size_t i = 0; i < plan.axis.first.size(); ++i, weights += 4 * plan.axis.taps) {
    const int16_t* pixels = plan.row.data() + 4 * static_cast<size_t>(plan.axis.first[i]);
    std::array<int32_t, 4> sum{kHalf, kHalf, kHalf, kHalf};
    for (int k = 0; k < 4 * plan.axis.taps; k += 4)
      for (int c = 0; c < 4; ++c) sum[c] += pixels[k + c] * weights[k + c];
    for (int c = 0; c < 3; ++c) out[3 * i + c] = to_byte(sum[c]);
  }
}

void blend_rows_plain(const uint8_t* rows, int stride, const int32_t* weights, int taps, uint8_t* out) {
  for (int x = 0; x < stride; x += kRowBlock) {
    std::array<int32_t, kRowBlock> sum;
    sum.fill(kHalf);
    for (int k = 0; k < taps; ++k)
      for (int i = 0; i < kRowBlock; ++i)
        sum[i] += rows[static_cast<size_t>(k) * stride + x + i] * weights[k];
    for (int i = 0; i < kRowBlock; ++i) out[x + i] = to_byte(sum[i]);
  }
}

#if defined(__x86_64__)
#define MARGAY_AVX2 __attribute__((target("avx2")))

/// Two taps at a time: the low half of a vector is one pixel, the high half the next.
MARGAY_AVX2 void filter_row_avx2(const uint8_t* in, int width, HorizontalPlan& plan, uint8_t* out) {
  static_assert(kTapBlock == 4);
  spread_row(in, width, plan.row.data());
  const int32_t* weights = plan.weights.data();
  const int values = 4 * plan.axis.taps;
  const auto add = [](__m256i& sum, const int16_t* pixels, const int32_t* weight) MARGAY_AVX2 {
    const __m256i wide = _mm256_cvtepi16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(pixels)));
    const __m256i factor = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(weight));
    sum = _mm256_add_epi32(sum, _mm256_mullo_epi32(wide, factor));
  };
  const size_t count = plan.axis.first.size();
  const int* const first = plan.axis.first.data();
  const int16_t* const row = plan.row.data();
  for (size_t i = 0; i < count; ++i, weights += values) {
    const int16_t* pixels = row + 4 * static_cast<size_t>(first[i]);
    __m256i even = _mm256_setzero_si256(), odd = even;
    for (int k = 0; k < values; k += 16) {
      add(even, pixels + k, weights + k);
      add(odd, pixels + k + 8, weights + k + 8);
    }
    const __m256i both = _mm256_add_epi32(even, odd);
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
    sum = _mm_srai_epi32(_mm_add_epi32(sum, _mm_set1_epi32(kHalf)), kWeightBits);
    sum = _mm_packs_epi32(sum, sum);
    const int pixel = _mm_cvtsi128_si32(_mm_packus_epi16(sum, sum));
    std::memcpy(out + 3 * i, &pixel, 3);
  }
}

MARGAY_AVX2 void blend_rows_avx2(const uint8_t* rows, int stride, const int32_t* weights, int taps,
                                 uint8_t* out) {
  static_assert(kRowBlock == 32);
  for (int x = 0; x < stride; x += kRowBlock) {
    __m256i a = _mm256_set1_epi32(kHalf), b = a, c = a, d = a;
    const uint8_t* bytes = rows + x;
    for (int k = 0; k < taps; ++k, bytes += stride) {
      const __m256i weight = _mm256_set1_epi32(weights[k]);
      const auto add = [&](__m256i& sum, int at) MARGAY_AVX2 {
        const __m128i eight = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(bytes + at));
        sum = _mm256_add_epi32(sum, _mm256_mullo_epi32(_mm256_cvtepu8_epi32(eight), weight));
      };
      add(a, 0);
      add(b, 8);
      add(c, 16);
      add(d, 24);
    }
    const __m256i low =
        _mm256_packs_epi32(_mm256_srai_epi32(a, kWeightBits), _mm256_srai_epi32(b, kWeightBits));
    const __m256i high =
        _mm256_packs_epi32(_mm256_srai_epi32(c, kWeightBits), _mm256_srai_epi32(d, kWeightBits));
    // Packing works within halves of a vector; the permutation puts the groups of four bytes back into order.
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    const __m256i packed = _mm256_permutevar8x32_epi32(_mm256_packus_epi16(low, high), order);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + x), packed);
  }
}

#endif

ResizePasses passes_of_this_processor() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return {filter_row_avx2, blend_rows_avx2};
#endif
  return {filter_row_plain, blend_rows_plain};
}

}  // namespace

HorizontalPlan::HorizontalPlan(AxisWeights made, int width) : axis(std::move(made)) {
  weights.reserve(axis.weights.size() * 4);
  for (const int32_t weight : axis.weights) weights.insert(weights.end(), 4, weight);
  row.assign(4 * (static_cast<size_t>(width) + axis.taps), 0);
}

const ResizePasses& plain_resize_passes() {
  static const ResizePasses plain{filter_row_plain, blend_rows_plain};
  return plain;
}

const ResizePasses& resize_passes() {
  static const ResizePasses chosen = passes_of_this_processor();
  return chosen;
}

}  // namespace margay::image
