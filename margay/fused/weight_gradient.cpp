// A product of matrices for each row of the kernel: its columns and input channels by output channels, summed
// up over pairs of neighbouring pixels, which is what the processor's dot product of bfloat16 takes.
#include "margay/fused/weight_gradient.h"

#include <algorithm>

#include "margay/core/cpu.h"
#include "margay/fused/block_sums.h"
#include "margay/fused/pairs.h"

namespace margay::fused {
namespace {

constexpr int kLanes = 16;  ///< output channels of a vector

/// Bytes of pairs that stay in a core's second-level cache while all blocks pass over them.
constexpr int64_t kCacheBytes = 384 << 10;

}  // namespace

/// Rows of one picture's output, and the rows of its input that they look at.
struct WeightGradient::Piece {
  int picture;
  int top, bottom;              ///< of the output; bottom is behind the last
  int input_top, input_bottom;  ///< of the input
};

int WeightGradient::padded_channels() const {
  return (spec_.out_channels + kLanes - 1) / kLanes * kLanes;
}

/// Columns of an input row with all that its last pair of outputs looks at.
int WeightGradient::padded_width() const {
  return (2 * pairs_per_row() - 1) * spec_.stride + spec_.kernel;
}

int WeightGradient::rows_at_once() const {
  const int64_t words = int64_t{spec_.stride} * padded_width() * spec_.in_channels +
                        int64_t{pairs_per_row()} * padded_channels();
  return static_cast<int>(std::max<int64_t>(1, kCacheBytes / (4 * words)));
}

/// Of the rows that are counted over all pictures.
std::vector<WeightGradient::Piece> WeightGradient::pieces_of(int first_row, int last_row) const {
  const int height = spec_.out_height();
  std::vector<Piece> pieces;
  for (int row = first_row; row < last_row;) {
    const int top = row % height, bottom = std::min(height, top + last_row - row);
    const int input_top = std::max(0, top * spec_.stride - spec_.padding);
    const int input_bottom =
        std::min(spec_.height, (bottom - 1) * spec_.stride - spec_.padding + spec_.kernel);
    pieces.push_back({row / height, top, bottom, input_top, std::max(input_top, input_bottom)});
    row += bottom - top;
  }
  return pieces;
}

void WeightGradient::total(std::span<const WeightGradient* const> parts, float* weight) {
  std::vector<const float*> sums;
  for (const WeightGradient* part : parts)
    if (part->has_sums_) sums.push_back(part->sums_.data());
  total_weight_gradient(parts.front()->spec_, parts.front()->padded_channels(), sums, weight);
}

/// Tile by tile, since each side is far apart in the other's order.
void total_weight_gradient(const ConvolutionSpec& spec, int padded_out, std::span<const float* const> parts,
                           float* weight) {
  const int taps = spec.kernel * spec.kernel * spec.in_channels;
#pragma omp parallel for schedule(static)
  for (int first = 0; first < spec.out_channels; first += kLanes) {
    const int behind = std::min(spec.out_channels, first + kLanes);
    for (int t = 0; t < taps; t += kLanes) {
      const int count = std::min(kLanes, taps - t);
      float tile[kLanes][kLanes] = {};  // [tap, channel]
      for (const float* part : parts) {
        const float* sums = part + int64_t{t} * padded_out + first;
        for (int i = 0; i < count; ++i)
          for (int lane = 0; lane < kLanes; ++lane) tile[i][lane] += sums[int64_t{i} * padded_out + lane];
      }
      for (int o = first; o < behind; ++o)
        for (int i = 0; i < count; ++i) weight[int64_t{o} * taps + t + i] = tile[i][o - first];
    }
  }
}

#ifdef MARGAY_HAS_AVX512

bool WeightGradient::is_supported(const ConvolutionSpec& spec) {
  return cpu_has_bf16() && cpu_has_avx512() && spec.groups == 1 && spec.dilation == 1;
}

void WeightGradient::add(int pictures, const uint16_t* input, const uint16_t* gradient) {
  sums_.resize(static_cast<size_t>(taps()) * padded_channels());
  const int rows = pictures * spec_.out_height();
  const int64_t row_values = int64_t{spec_.out_width()} * spec_.out_channels;
  for (int row = 0; row < rows; row += rows_at_once()) {
    const int behind = std::min(row + rows_at_once(), rows);
    const std::vector<Piece> pieces = pieces_of(row, behind);
    pair_inputs(pieces, input);
    pair_gradients(behind - row, gradient + row * row_values);
    add_rows(pieces);
    has_sums_ = true;
  }
}

void WeightGradient::pair_inputs(const std::vector<Piece>& pieces, const uint16_t* input) {
  const int channels = spec_.in_channels, apart = spec_.stride * channels;
  const int words = padded_width() * channels, before = spec_.padding * channels;
  const int row_values = spec_.width * channels;
  padded_row_.assign(words + apart, 0);
  size_t rows = 0;
  for (const Piece& piece : pieces) rows += piece.input_bottom - piece.input_top;
  input_pairs_.resize(rows * words);
  uint32_t* out = input_pairs_.data();
  for (const Piece& piece : pieces)
    for (int y = piece.input_top; y < piece.input_bottom; ++y, out += words) {
      const uint16_t* row = input + (int64_t{piece.picture} * spec_.height + y) * row_values;
      std::copy_n(row, std::min(row_values, words + apart - before), padded_row_.data() + before);
      interleave(padded_row_.data(), padded_row_.data() + apart, words, out);
    }
}

void WeightGradient::pair_gradients(int rows, const uint16_t* gradient) {
  const int channels = spec_.out_channels, width = spec_.out_width();
  const std::vector<uint16_t> nothing(channels, 0);
  gradient_pairs_.resize(static_cast<size_t>(rows) * pairs_per_row() * padded_channels());
  uint32_t* out = gradient_pairs_.data();
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < width; x += 2, out += padded_channels()) {
      const uint16_t* pixel = gradient + (int64_t{y} * width + x) * channels;
      interleave(pixel, x + 1 < width ? pixel + channels : nothing.data(), channels, out);
    }
}

void WeightGradient::add_rows(const std::vector<Piece>& pieces) {
  const int channels = padded_channels(), row_taps = spec_.kernel * spec_.in_channels;
  const int64_t input_row = int64_t{padded_width()} * spec_.in_channels;
  const int64_t gradient_row = int64_t{pairs_per_row()} * channels;
  std::vector<WordRows> rows;
  for (int ky = 0; ky < spec_.kernel; ++ky) {
    rows.clear();
    const uint32_t *input = input_pairs_.data(), *gradient = gradient_pairs_.data();
    for (const Piece& piece : pieces) {
      for (int y = piece.top; y < piece.bottom; ++y, gradient += gradient_row) {
        const int from = y * spec_.stride - spec_.padding + ky;
        if (from >= piece.input_top && from < piece.input_bottom)
          rows.push_back({input + (from - piece.input_top) * input_row, gradient});
      }
      input += (piece.input_bottom - piece.input_top) * input_row;
    }
    add_block_sums<uint16_t>(
        {rows, pairs_per_row(), 2 * spec_.stride * spec_.in_channels, channels, has_sums_}, row_taps,
        channels, sums_.data() + int64_t{ky} * row_taps * channels);
  }
}

#else

bool WeightGradient::is_supported(const ConvolutionSpec&) {
  return false;
}

void WeightGradient::add(int, const uint16_t*, const uint16_t*) {}

#endif

}  // namespace margay::fused
