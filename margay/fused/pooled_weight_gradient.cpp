// Of four neighbours one has a gradient, another one for each output channel. A step takes 16 output channels
// of one maximum, or two neighbours in bfloat16: one instruction picks the inputs at which a tap of the
// kernel looked out of two rows in registers, and a second multiplies them with the gradients.
#include "margay/fused/pooled_weight_gradient.h"

#include <algorithm>
#include <type_traits>

#include "margay/core/cpu.h"
#include "margay/fused/avx512.h"
#include "margay/fused/pool_rows.h"
#include "margay/fused/weight_gradient.h"

namespace margay::fused {
namespace {

constexpr int kLanes = 16;  ///< output channels of a vector
constexpr int kKernel = 3;
/// Bytes of a row that a step loads.
constexpr int kRowBytes = 16;
/// Of planes and picks that stay in a core's second-level cache.
constexpr int64_t kCacheBytes = 256 << 10;

template <class Bits>
constexpr int kMaxima = 4 / sizeof(Bits);  ///< of a step: neighbours that share a word

}  // namespace

/// Some rows of maxima of one picture.
template <class Bits>
struct PooledWeightGradient<Bits>::Cells {
  int first_row, rows, width;  ///< of maxima

  int steps_per_row() const { return (width + kMaxima<Bits> - 1) / kMaxima<Bits>; }
  int steps() const { return rows * steps_per_row(); }
  int plane_rows() const { return 2 * rows + kKernel - 1; }
  /// With what the last step loads, in whole vectors.
  int plane_width() const {
    constexpr int kLoaded = kRowBytes / sizeof(Bits);
    static_assert(kLoaded >= 2 * kMaxima<Bits> + kKernel - 1);
    return (2 * kMaxima<Bits> * (steps_per_row() - 1) + kLoaded + 15) / 16 * 16;
  }
  int64_t plane() const { return int64_t{plane_rows()} * plane_width(); }
};

#ifdef MARGAY_HAS_AVX512

namespace {

__m128i load_row(const void* from) {
  return _mm_loadu_si128(static_cast<const __m128i*>(from));
}
void store_row(void* to, __m128i row) {
  _mm_storeu_si128(static_cast<__m128i*>(to), row);
}

/// Transposes 8 pixels of 8 channels, `apart` values from one pixel to the next, to 8 planes.
void transpose(const uint16_t* pixels, int64_t apart, uint16_t* out, int64_t plane) {
  __m128i in[8], words[8], doubles[8];
  for (int i = 0; i < 8; ++i) in[i] = load_row(pixels + i * apart);
  for (int i = 0; i < 8; i += 2) {
    words[i] = _mm_unpacklo_epi16(in[i], in[i + 1]);      // channels 0 to 3 of two pixels
    words[i + 1] = _mm_unpackhi_epi16(in[i], in[i + 1]);  // 4 to 7
  }
  for (int i = 0; i < 8; i += 4)
    for (int half = 0; half < 2; ++half) {
      doubles[i + 2 * half] = _mm_unpacklo_epi32(words[i + half], words[i + 2 + half]);
      doubles[i + 2 * half + 1] = _mm_unpackhi_epi32(words[i + half], words[i + 2 + half]);
    }
  for (int i = 0; i < 4; ++i) {
    store_row(out + 2 * i * plane, _mm_unpacklo_epi64(doubles[i], doubles[i + 4]));
    store_row(out + (2 * i + 1) * plane, _mm_unpackhi_epi64(doubles[i], doubles[i + 4]));
  }
}

/// 4 of 4.
void transpose(const uint32_t* pixels, int64_t apart, uint32_t* out, int64_t plane) {
  __m128i in[4], doubles[4];
  for (int i = 0; i < 4; ++i) in[i] = load_row(pixels + i * apart);
  for (int i = 0; i < 2; ++i) {
    doubles[2 * i] = _mm_unpacklo_epi32(in[2 * i], in[2 * i + 1]);
    doubles[2 * i + 1] = _mm_unpackhi_epi32(in[2 * i], in[2 * i + 1]);
  }
  for (int i = 0; i < 2; ++i) {
    store_row(out + 2 * i * plane, _mm_unpacklo_epi64(doubles[i], doubles[i + 2]));
    store_row(out + (2 * i + 1) * plane, _mm_unpackhi_epi64(doubles[i], doubles[i + 2]));
  }
}

/// A row of pixels to a row of each plane.
template <class Bits>
void separate(const Bits* pixels, int count, int channels, Bits* out, int64_t plane) {
  constexpr int kSide = 16 / sizeof(Bits);
  const int full = count / kSide * kSide, in_sides = channels / kSide * kSide;
  for (int x = 0; x < full; x += kSide)
    for (int c = 0; c < in_sides; c += kSide)
      transpose(pixels + int64_t{x} * channels + c, channels, out + c * plane + x, plane);
  for (int c = 0; c < channels; ++c)
    for (int x = c < in_sides ? full : 0; x < count; ++x)
      out[c * plane + x] = pixels[int64_t{x} * channels + c];
}

/// Where to find the choices of 16 output channels in two rows of which the first `column` is the maximum's
/// own.
template <class Bits>
MARGAY_AVX512 __m512i places_of(__m512i choices, int column) {
  const __m512i across = _mm512_and_si512(choices, _mm512_set1_epi32(1));
  constexpr int kShift = sizeof(Bits) == 2 ? 4 : 3;
  static_assert(2 << kShift == 64 / sizeof(Bits));  // the second row begins behind the values of a register
  const __m512i down = _mm512_slli_epi32(_mm512_and_si512(choices, _mm512_set1_epi32(2)), kShift);
  return _mm512_add_epi32(_mm512_or_si512(across, down), _mm512_set1_epi32(column));
}

MARGAY_AVX512 __m512i load_choices(const uint8_t* choice) {
  return _mm512_cvtepu8_epi32(load_row(choice));
}
MARGAY_AVX512 __m512i load_lanes(const uint16_t* values) {
  return _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(values)));
}
MARGAY_AVX512 __m512i load_lanes(const uint32_t* values) {
  return _mm512_loadu_si512(values);
}

/// The maxima of a step, of which there are `count`, in 16 channels.
template <class Bits>
MARGAY_AVX512 void pick(const Bits* gradient, const uint8_t* choice, int channels, int count, uint32_t* picks,
                        uint32_t* picked) {
  __m512i places = _mm512_setzero_si512(), values = places;
  for (int i = 0; i < count; ++i) {
    const __m512i choices = load_choices(choice + i * channels);
    const __mmask16 went = _mm512_cmplt_epu32_mask(choices, _mm512_set1_epi32(kTakenByRelu));
    const __m512i value = _mm512_maskz_mov_epi32(went, load_lanes(gradient + i * channels));
    places = _mm512_or_si512(places, _mm512_slli_epi32(places_of<Bits>(choices, 2 * i), 16 * i));
    values = _mm512_or_si512(values, _mm512_slli_epi32(value, 16 * i));
  }
  _mm512_storeu_si512(picks, places);
  _mm512_storeu_si512(picked, values);
}

/// What the sums of `inputs` channels of the input by 16 of the output run over.
struct Pass {
  int rows, steps;  ///< of maxima; steps of a row
  int width;        ///< of a plane
  int64_t plane;    ///< from one plane to the next
  int64_t sum;      ///< from the sums of one tap to those of the next
  int64_t input;    ///< from the sums of one input channel to those of the next
  bool adds;        ///< to what the sums are; else they are overwritten
};

/// All places `x` columns further.
template <class Bits>
MARGAY_AVX512 __m512i further(__m512i places, int x) {
  if constexpr (sizeof(Bits) == 2)
    return _mm512_add_epi16(places, _mm512_set1_epi16(static_cast<int16_t>(x)));
  else
    return _mm512_add_epi32(places, _mm512_set1_epi32(x));
}

/// sum + gradient * what lies at `places` of both rows.
template <class Bits>
MARGAY_AVX512 __m512 add_product(__m512 sum, __m512i gradient, __m512i upper, __m512i places, __m512i lower) {
  if constexpr (sizeof(Bits) == 2)
    return add_pair_products(sum, gradient, _mm512_permutex2var_epi16(upper, places, lower));
  else
    return _mm512_fmadd_ps(_mm512_castsi512_ps(gradient),
                           _mm512_castsi512_ps(_mm512_permutex2var_epi32(upper, places, lower)), sum);
}

template <class Bits, int inputs>
MARGAY_AVX512 void add_picked(const Pass& pass, const Bits* planes, const uint32_t* picks,
                              const uint32_t* picked, float* sums) {
  __m512 sum[inputs][kKernel * kKernel];
#pragma GCC unroll 2
  for (int i = 0; i < inputs; ++i)
#pragma GCC unroll 9
    for (int t = 0; t < kKernel * kKernel; ++t)
      sum[i][t] = pass.adds ? _mm512_loadu_ps(sums + t * pass.sum + i * pass.input) : _mm512_setzero_ps();
  for (int row = 0; row < pass.rows; ++row) {
    const Bits* top = planes + int64_t{2} * row * pass.width;
    for (int step = 0; step < pass.steps; ++step) {
      const __m512i gradient = _mm512_loadu_si512(picked);
      __m512i places[kKernel];
      places[0] = _mm512_loadu_si512(picks);
#pragma GCC unroll 2
      for (int x = 1; x < kKernel; ++x) places[x] = further<Bits>(places[0], x);
#pragma GCC unroll 2
      for (int i = 0; i < inputs; ++i) {
        __m512i line[kKernel + 1];
#pragma GCC unroll 4
        for (int y = 0; y <= kKernel; ++y)
          line[y] = _mm512_castsi128_si512(load_row(top + i * pass.plane + y * pass.width));
#pragma GCC unroll 3
        for (int y = 0; y < kKernel; ++y)
#pragma GCC unroll 3
          for (int x = 0; x < kKernel; ++x)
            sum[i][y * kKernel + x] =
                add_product<Bits>(sum[i][y * kKernel + x], gradient, line[y], places[x], line[y + 1]);
      }
      top += 2 * kMaxima<Bits>, picks += kLanes, picked += kLanes;
    }
  }
#pragma GCC unroll 2
  for (int i = 0; i < inputs; ++i)
#pragma GCC unroll 9
    for (int t = 0; t < kKernel * kKernel; ++t)
      _mm512_storeu_ps(sums + t * pass.sum + i * pass.input, sum[i][t]);
}

}  // namespace

template <class Bits>
bool PooledWeightGradient<Bits>::is_supported(const ConvolutionSpec& spec) {
  const bool has_products = cpu_has_avx512() && (sizeof(Bits) == 4 || cpu_has_bf16());
  return has_products && spec.groups == 1 && spec.dilation == 1 && spec.kernel == kKernel &&
         spec.stride == 1 && spec.out_channels % kLanes == 0;
}

template <class Bits>
void PooledWeightGradient<Bits>::add_cells(const Cells& cells) {
  const int inputs = spec_.in_channels, channels = spec_.out_channels;
  const Pass pass{cells.rows,    cells.steps_per_row(),      cells.plane_width(),
                  cells.plane(), int64_t{inputs} * channels, channels,
                  has_sums_};
  for (int o = 0; o < channels; o += kLanes) {
    const int64_t at = int64_t{o} * cells.steps();
    for (int i = 0; i < inputs; i += 2) {
      const auto add = i + 1 < inputs ? add_picked<Bits, 2> : add_picked<Bits, 1>;
      add(pass, planes_.data() + i * cells.plane(), picks_.data() + at, picked_.data() + at,
          sums_.data() + int64_t{i} * channels + o);
    }
  }
}

#else

namespace {

template <class Bits>
void separate(const Bits*, int, int, Bits*, int64_t) {}
template <class Bits>
void pick(const Bits*, const uint8_t*, int, int, uint32_t*, uint32_t*) {}

}  // namespace

template <class Bits>
bool PooledWeightGradient<Bits>::is_supported(const ConvolutionSpec&) {
  return false;
}

template <class Bits>
void PooledWeightGradient<Bits>::add_cells(const Cells&) {}

#endif

template <class Bits>
void PooledWeightGradient<Bits>::add(int pictures, const Bits* input, const Bits* gradient,
                                     const uint8_t* choice) {
  sums_.resize(static_cast<size_t>(kKernel) * kKernel * spec_.in_channels * spec_.out_channels);
  const int height = spec_.out_height() / 2, width = spec_.out_width() / 2;
  const int64_t row_values = int64_t{width} * spec_.out_channels;
  const Cells one{0, 1, width};
  const int64_t bytes = int64_t{2 * sizeof(Bits)} * one.plane_width() * spec_.in_channels +
                        int64_t{8} * one.steps() * spec_.out_channels;
  const auto rows_at_once = static_cast<int>(std::max<int64_t>(1, kCacheBytes / bytes));
  for (int picture = 0; picture < pictures; ++picture) {
    for (int row = 0; row < height; row += rows_at_once) {
      const Cells cells{row, std::min(rows_at_once, height - row), width};
      make_planes(cells, input);
      make_picks(cells, gradient + row * row_values, choice + row * row_values);
      add_cells(cells);
      has_sums_ = true;
    }
    input += int64_t{spec_.height} * spec_.width * spec_.in_channels;
    gradient += height * row_values;
    choice += height * row_values;
  }
}

template <class Bits>
void PooledWeightGradient<Bits>::make_planes(const Cells& cells, const Bits* picture) {
  const int channels = spec_.in_channels, padding = spec_.padding;
  const int count = std::min(spec_.width, cells.plane_width() - padding);
  planes_.assign(channels * cells.plane(), 0);
  for (int y = 0; y < cells.plane_rows(); ++y) {
    const int from = 2 * cells.first_row + y - padding;
    if (from < 0 || from >= spec_.height) continue;
    separate(picture + int64_t{from} * spec_.width * channels, count, channels,
             planes_.data() + y * cells.plane_width() + padding, cells.plane());
  }
}

template <class Bits>
void PooledWeightGradient<Bits>::make_picks(const Cells& cells, const Bits* gradient, const uint8_t* choice) {
  const int channels = spec_.out_channels;
  picks_.resize(static_cast<size_t>(cells.steps()) * channels);
  picked_.resize(picks_.size());
  int64_t to = 0;
  for (int y = 0; y < cells.rows; ++y)
    for (int x = 0; x < cells.width; x += kMaxima<Bits>, to += kLanes) {
      const int64_t from = (int64_t{y} * cells.width + x) * channels;
      for (int o = 0; o < channels; o += kLanes) {
        const int64_t at = int64_t{o} * cells.steps() + to;
        pick(gradient + from + o, choice + from + o, channels, std::min(kMaxima<Bits>, cells.width - x),
             picks_.data() + at, picked_.data() + at);
      }
    }
}

template <class Bits>
void PooledWeightGradient<Bits>::total(std::span<const PooledWeightGradient> parts, float* weight) {
  std::vector<const float*> sums;
  for (const PooledWeightGradient& part : parts)
    if (part.has_sums_) sums.push_back(part.sums_.data());
  const ConvolutionSpec& spec = parts.front().spec_;
  total_weight_gradient(spec, spec.out_channels, sums, weight);
}

template class PooledWeightGradient<uint16_t>;
template class PooledWeightGradient<uint32_t>;

}  // namespace margay::fused
