// WeightGradient::add_pooled. Of four neighbours one has a gradient, another one for each output channel. For
// two neighbouring maxima and 16 output channels, one instruction picks the 32 inputs at which a tap of the
// kernel looked out of two rows in registers, and a second multiplies them with the gradients.
#include <algorithm>

#include "margay/core/cpu.h"
#include "margay/fused/dot_product.h"
#include "margay/fused/pool_rows.h"
#include "margay/fused/weight_gradient.h"

namespace margay::fused {

/// Some rows of maxima of one picture.
struct WeightGradient::Cells {
  int first_row, rows, width;  ///< of maxima

  int pairs_per_row() const { return (width + 1) / 2; }
  int pairs() const { return rows * pairs_per_row(); }
  int plane_rows() const { return 2 * rows + kKernel - 1; }
  /// With what the last pair loads, in whole vectors.
  int plane_width() const { return (4 * (pairs_per_row() - 1) + kLoaded + 15) / 16 * 16; }
  int64_t plane() const { return int64_t{plane_rows()} * plane_width(); }

  static constexpr int kKernel = 3;
  static constexpr int kLoaded = 8;  ///< columns of a row at once, of which 2 * 2 + kKernel - 1 are looked at
};

#ifdef MARGAY_HAS_DOT_PRODUCT

namespace {

constexpr int kLanes = 16;  ///< output channels of a vector
constexpr int kKernel = 3;
/// A pick out of the second of two rows.
constexpr uint32_t kSecondRow = 32;

/// Transposes 8 pixels of 8 channels, `apart` values from one pixel to the next, to 8 planes.
void transpose(const uint16_t* pixels, int64_t apart, uint16_t* out, int64_t plane) {
  __m128i in[8], words[8], doubles[8];
  for (int i = 0; i < 8; ++i) in[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(pixels + i * apart));
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
    const __m128i low = _mm_unpacklo_epi64(doubles[i], doubles[i + 4]);
    const __m128i high = _mm_unpackhi_epi64(doubles[i], doubles[i + 4]);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 2 * i * plane), low);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + (2 * i + 1) * plane), high);
  }
}

/// A row of pixels to a row of each plane.
void separate(const uint16_t* pixels, int count, int channels, uint16_t* out, int64_t plane) {
  const int full = count / 8 * 8, in_eights = channels / 8 * 8;
  for (int x = 0; x < full; x += 8)
    for (int c = 0; c < in_eights; c += 8)
      transpose(pixels + int64_t{x} * channels + c, channels, out + c * plane + x, plane);
  for (int c = 0; c < channels; ++c)
    for (int x = c < in_eights ? full : 0; x < count; ++x)
      out[c * plane + x] = pixels[int64_t{x} * channels + c];
}

/// Where to find the choices of 16 output channels in two rows of which the first `column` is the maximum's
/// own.
MARGAY_DOT_PRODUCT __m512i places_of(__m512i choices, int column) {
  const __m512i across = _mm512_and_si512(choices, _mm512_set1_epi32(1));
  const __m512i down = _mm512_slli_epi32(_mm512_and_si512(choices, _mm512_set1_epi32(2)), 4);
  static_assert(kSecondRow == 2 << 4);
  return _mm512_add_epi32(_mm512_or_si512(across, down), _mm512_set1_epi32(column));
}

MARGAY_DOT_PRODUCT __m512i pair_of(__m512i first, __m512i second) {
  return _mm512_or_si512(first, _mm512_slli_epi32(second, 16));
}

/// Two maxima of 16 channels; where `second` is false there is but one.
MARGAY_DOT_PRODUCT void pick(const uint16_t* gradient, const uint8_t* choice, int channels, bool second,
                             uint32_t* picks, uint32_t* picked) {
  __m512i places[2], values[2] = {_mm512_setzero_si512(), _mm512_setzero_si512()};
  for (int i = 0; i < 2; ++i) {
    __m512i choices = _mm512_setzero_si512();
    if (i == 0 || second) {
      choices =
          _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(choice + i * channels)));
      const __m256i bits = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(gradient + i * channels));
      const __mmask16 went = _mm512_cmplt_epu32_mask(choices, _mm512_set1_epi32(kTakenByRelu));
      values[i] = _mm512_maskz_cvtepu16_epi32(went, bits);
    }
    places[i] = places_of(choices, 2 * i);
  }
  _mm512_storeu_si512(picks, pair_of(places[0], places[1]));
  _mm512_storeu_si512(picked, pair_of(values[0], values[1]));
}

/// What the sums of `inputs` channels of the input by 16 of the output run over.
struct Pass {
  int rows, pairs;  ///< of maxima
  int width;        ///< of a plane
  int64_t plane;    ///< from one plane to the next
  int64_t sum,
      input_sum;  ///< from the sums of one tap to those of the next, of one input channel to the next
  bool adds;      ///< to what the sums are; else they are overwritten
};

template <int inputs>
MARGAY_DOT_PRODUCT void add_picked(const Pass& pass, const uint16_t* planes, const uint32_t* picks,
                                   const uint32_t* picked, float* sums) {
  __m512 sum[inputs][kKernel * kKernel];
#pragma GCC unroll 2
  for (int i = 0; i < inputs; ++i)
#pragma GCC unroll 9
    for (int t = 0; t < kKernel * kKernel; ++t)
      sum[i][t] = pass.adds ? _mm512_loadu_ps(sums + t * pass.sum + i * pass.input_sum) : _mm512_setzero_ps();
  for (int row = 0; row < pass.rows; ++row) {
    const uint16_t* top = planes + int64_t{2} * row * pass.width;
    for (int pair = 0; pair < pass.pairs; ++pair, top += 4, picks += kLanes, picked += kLanes) {
      const auto gradient = (__m512bh)_mm512_loadu_si512(picked);
      __m512i at[kKernel];
      at[0] = _mm512_loadu_si512(picks);
      at[1] = _mm512_add_epi16(at[0], _mm512_set1_epi16(1));
      at[2] = _mm512_add_epi16(at[0], _mm512_set1_epi16(2));
#pragma GCC unroll 2
      for (int i = 0; i < inputs; ++i) {
        __m512i line[kKernel + 1];
#pragma GCC unroll 4
        for (int y = 0; y <= kKernel; ++y)
          line[y] = _mm512_castsi128_si512(
              _mm_loadu_si128(reinterpret_cast<const __m128i*>(top + i * pass.plane + y * pass.width)));
#pragma GCC unroll 3
        for (int y = 0; y < kKernel; ++y)
#pragma GCC unroll 3
          for (int x = 0; x < kKernel; ++x)
            sum[i][y * kKernel + x] =
                _mm512_dpbf16_ps(sum[i][y * kKernel + x], gradient,
                                 (__m512bh)_mm512_permutex2var_epi16(line[y], at[x], line[y + 1]));
      }
    }
  }
#pragma GCC unroll 2
  for (int i = 0; i < inputs; ++i)
#pragma GCC unroll 9
    for (int t = 0; t < kKernel * kKernel; ++t)
      _mm512_storeu_ps(sums + t * pass.sum + i * pass.input_sum, sum[i][t]);
}

/// Bytes of planes and picks that stay in a core's second-level cache.
constexpr int64_t kCacheBytes = 256 << 10;

}  // namespace

bool WeightGradient::is_supported_pooled(const ConvolutionSpec& spec) {
  return is_supported(spec) && spec.kernel == kKernel && spec.stride == 1 && spec.out_channels % kLanes == 0;
}

void WeightGradient::add_pooled(int pictures, const uint16_t* input, const uint16_t* gradient,
                                const uint8_t* choice) {
  sums_.resize(static_cast<size_t>(taps()) * padded_channels());
  const int height = spec_.out_height() / 2, width = spec_.out_width() / 2;
  const int64_t row_values = int64_t{width} * spec_.out_channels;
  const Cells one{0, 1, width};
  const int64_t bytes = 4 * one.plane_width() * spec_.in_channels + 8 * one.pairs() * spec_.out_channels;
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

void WeightGradient::make_planes(const Cells& cells, const uint16_t* picture) {
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

void WeightGradient::make_picks(const Cells& cells, const uint16_t* gradient, const uint8_t* choice) {
  const int channels = spec_.out_channels;
  picks_.resize(static_cast<size_t>(cells.pairs()) * channels);
  picked_.resize(picks_.size());
  int64_t to = 0;
  for (int y = 0; y < cells.rows; ++y)
    for (int x = 0; x < cells.width; x += 2, to += kLanes) {
      const int64_t from = (int64_t{y} * cells.width + x) * channels;
      for (int o = 0; o < channels; o += kLanes) {
        const int64_t at = int64_t{o} * cells.pairs() + to;
        pick(gradient + from + o, choice + from + o, channels, x + 1 < cells.width, picks_.data() + at,
             picked_.data() + at);
      }
    }
}

void WeightGradient::add_cells(const Cells& cells) {
  const int inputs = spec_.in_channels, channels = spec_.out_channels;
  const Pass pass{cells.rows,    cells.pairs_per_row(),      cells.plane_width(),
                  cells.plane(), int64_t{inputs} * channels, channels,
                  has_sums_};
  for (int o = 0; o < channels; o += kLanes) {
    const int64_t at = int64_t{o} * cells.pairs();
    for (int i = 0; i < inputs; i += 2) {
      const auto add = i + 1 < inputs ? add_picked<2> : add_picked<1>;
      add(pass, planes_.data() + i * cells.plane(), picks_.data() + at, picked_.data() + at,
          sums_.data() + int64_t{i} * channels + o);
    }
  }
}

#else

bool WeightGradient::is_supported_pooled(const ConvolutionSpec&) {
  return false;
}

void WeightGradient::add_pooled(int, const uint16_t*, const uint16_t*, const uint8_t*) {}

#endif

}  // namespace margay::fused
