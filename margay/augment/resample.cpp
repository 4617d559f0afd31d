// Resamples through an affine map: for each row first the coordinates, in vectors, then the pixels.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "margay/augment/affine.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "margay/core/error.h"

namespace margay::augment {
namespace {

/// Bilinear weights are integers that add up to this.
constexpr int kOne = 1 << 14;
/// How far outside, in pixels, rounding may put a coordinate that is on the border.
constexpr float kBorderTolerance = 1e-3f;

struct Row {
  std::vector<int32_t>
      offset;  ///< [W] index of the byte at which the upper left pixel of four starts, or -1: outside
  std::vector<uint32_t> upper;  ///< [W] weights of the two upper pixels, left in the low half
  std::vector<uint32_t> lower;  ///< [W] weights of the two lower pixels
};

uint32_t weight_pair(int left, int right) {
  return (static_cast<uint32_t>(right) << 16) | (static_cast<uint32_t>(left) & 0xFFFF);
}

/// The coordinate folded into the mirrored picture, in [-0.5, size - 0.5]: between the doubled border pixels
/// all is alike, so that clamping to the picture afterwards gives what filling by reflection gives.
float reflected(float at, float size) {
  const float period = 2 * size;
  const float shifted = at + 0.5f;
  const float periods = shifted / period;
  const int whole = static_cast<int>(periods) - (periods < 0 ? 1 : 0);
  const float rest = shifted - period * static_cast<float>(whole);
  return std::min(rest, period - rest) - 0.5f;
}

template <Fill fill>
float inside(float at, float size) {
  if constexpr (fill == Fill::reflect) at = reflected(at, size);
  return std::min(std::max(at, 0.0f), size - 1);
}

/// Where the pixels of output row `y` come from in a picture of this size, and in which proportion. In a
/// picture one pixel thin the neighbour across has weight 0.
template <Fill fill>
void locate_row(const AffineMap& map, int y, int width, int height, Row& row) {
  const auto out_width = static_cast<int>(row.offset.size());
  const auto x0 = static_cast<float>(map.xy * y + map.x0), y0 = static_cast<float>(map.yy * y + map.y0);
  const auto xx = static_cast<float>(map.xx), yx = static_cast<float>(map.yx);
  const auto w = static_cast<float>(width), h = static_cast<float>(height);
  const int max_left = std::max(width - 2, 0), max_top = std::max(height - 2, 0);
  int32_t* const offset = row.offset.data();
  uint32_t* const upper = row.upper.data();
  uint32_t* const lower = row.lower.data();
  for (int x = 0; x < out_width; ++x) {
    const float u = xx * static_cast<float>(x) + x0, v = yx * static_cast<float>(x) + y0;
    const float iu = inside<fill>(u, w), iv = inside<fill>(v, h);
    const int left = std::min(static_cast<int>(iu), max_left), top = std::min(static_cast<int>(iv), max_top);
    const float fu = iu - static_cast<float>(left), fv = iv - static_cast<float>(top);
    const int lower_right = static_cast<int>(fu * fv * kOne + 0.5f);
    const int right = static_cast<int>(fu * kOne + 0.5f), bottom = static_cast<int>(fv * kOne + 0.5f);
    const int lower_left = bottom - lower_right, upper_right = right - lower_right;
    upper[x] = weight_pair(kOne - right - lower_left, upper_right);
    lower[x] = weight_pair(lower_left, lower_right);
    offset[x] = 3 * (top * width + left);
    if constexpr (fill == Fill::constant) {
      const float beyond = std::max(std::abs(u - iu), std::abs(v - iv));
      offset[x] = beyond > kBorderTolerance ? -1 : offset[x];
    }
  }
}

/// Reads pairs of neighbouring pixels, never past the end of the picture; one of fewer than 8 bytes must be
/// padded to 16.
class PairReader {
 public:
  static constexpr int32_t kReadBytes = 8;

  explicit PairReader(image::ImageView in)
      : pixels_(in.pixels),
        last_(in.size_bytes() < kReadBytes ? kReadBytes
                                           : static_cast<int32_t>(in.size_bytes()) - kReadBytes) {}

  /// The 6 bytes at `offset` in the low bytes of the result; what is beyond the picture is 0.
  uint64_t at(int32_t offset) const {
    const int32_t from = std::min(offset, last_);
    uint64_t bytes;
    std::memcpy(&bytes, pixels_ + from, kReadBytes);
    return bytes >> (8 * (offset - from));
  }

 private:
  const uint8_t* pixels_;
  int32_t last_;
};

#if defined(__SSE2__)

/// R, G, B of two neighbouring pixels, times their weights, as three 32-bit sums.
__m128i weighted(uint64_t pair, uint32_t weights) {
  const __m128i left = _mm_cvtsi64_si128(static_cast<long long>(pair));
  const __m128i right = _mm_srli_epi64(left, 24);
  const __m128i mixed = _mm_unpacklo_epi8(_mm_unpacklo_epi8(left, right), _mm_setzero_si128());
  return _mm_madd_epi16(mixed, _mm_set1_epi32(static_cast<int>(weights)));
}

/// The blended pixel in the low three bytes.
uint32_t blend(uint64_t upper, uint64_t lower, uint32_t upper_weights, uint32_t lower_weights) {
  __m128i sum = _mm_add_epi32(weighted(upper, upper_weights), weighted(lower, lower_weights));
  sum = _mm_srai_epi32(_mm_add_epi32(sum, _mm_set1_epi32(kOne / 2)), 14);
  sum = _mm_packs_epi32(sum, sum);
  return static_cast<uint32_t>(_mm_cvtsi128_si32(_mm_packus_epi16(sum, sum)));
}

#else

uint32_t blend(uint64_t upper, uint64_t lower, uint32_t upper_weights, uint32_t lower_weights) {
  const auto low = [](uint32_t weights) { return static_cast<int>(static_cast<int16_t>(weights & 0xFFFF)); };
  const auto high = [](uint32_t weights) { return static_cast<int>(static_cast<int16_t>(weights >> 16)); };
  const auto byte = [](uint64_t pair, int i) { return static_cast<int>((pair >> (8 * i)) & 0xFF); };
  uint32_t pixel = 0;
  for (int c = 0; c < 3; ++c) {
    const int sum = byte(upper, c) * low(upper_weights) + byte(upper, c + 3) * high(upper_weights) +
                    byte(lower, c) * low(lower_weights) + byte(lower, c + 3) * high(lower_weights);
    pixel |= static_cast<uint32_t>(std::clamp((sum + kOne / 2) >> 14, 0, 255)) << (8 * c);
  }
  return pixel;
}

#endif

/// `stride` is the distance in bytes from a pixel to the one below.
template <Fill fill>
void blend_row(const PairReader& reader, const Row& row, int width, int stride, int fill_value,
               uint8_t* out) {
  // Copies that no pointer leads to: the bytes written could otherwise be any of these.
  const PairReader pairs = reader;
  const int32_t* const offsets = row.offset.data();
  const uint32_t* const uppers = row.upper.data();
  const uint32_t* const lowers = row.lower.data();
  const uint32_t filled = static_cast<uint32_t>(fill_value) * 0x010101u;
  for (int x = 0; x < width; ++x, out += 3) {
    uint32_t pixel = filled;
    if (fill != Fill::constant || offsets[x] >= 0)
      pixel = blend(pairs.at(offsets[x]), pairs.at(offsets[x] + stride), uppers[x], lowers[x]);
    // Four bytes go out at once; the next pixel overwrites the fourth.
    std::memcpy(out, &pixel, x + 1 < width ? 4 : 3);
  }
}

template <Fill fill>
void resample_filled(image::ImageView in, const AffineMap& map, int fill_value, image::ImageSpan out) {
  thread_local Row row;
  row.offset.resize(out.width);
  row.upper.resize(out.width);
  row.lower.resize(out.width);
  const PairReader pairs(in);
  const int stride = in.height > 1 ? 3 * in.width : 0;
  for (int y = 0; y < out.height; ++y) {
    locate_row<fill>(map, y, in.width, in.height, row);
    blend_row<fill>(pairs, row, out.width, stride, fill_value,
                    out.pixels + static_cast<size_t>(y) * out.width * 3);
  }
}

void resample_with(Fill fill, image::ImageView in, const AffineMap& map, int fill_value,
                   image::ImageSpan out) {
  switch (fill) {
    case Fill::nearest:
      return resample_filled<Fill::nearest>(in, map, fill_value, out);
    case Fill::reflect:
      return resample_filled<Fill::reflect>(in, map, fill_value, out);
    case Fill::constant:
      return resample_filled<Fill::constant>(in, map, fill_value, out);
  }
}

}  // namespace

void resample(image::ImageView in, const AffineMap& map, Fill fill, int fill_value, image::ImageSpan out) {
  require(in.width > 0 && in.height > 0 && in.size_bytes() <= INT32_MAX, "augment.resample",
          fmt::format("the picture is {} x {} pixels, expected 1 to 715 million", in.width, in.height));
  if (in.size_bytes() >= PairReader::kReadBytes) return resample_with(fill, in, map, fill_value, out);
  std::array<uint8_t, 2 * PairReader::kReadBytes> padded{};
  std::memcpy(padded.data(), in.pixels, in.size_bytes());
  resample_with(fill, {in.width, in.height, padded.data()}, map, fill_value, out);
}

}  // namespace margay::augment
