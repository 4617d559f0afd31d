// Products of matrices whose left side is the source itself: the taps of a kernel's row are neighbours in
// memory, so that a target's row of taps is one vector, and the next target's begins a pixel further. Rows
// are copied once to where zeros surround them.
#include "margay/fused/direct_convolution.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "margay/core/cpu.h"
#include "margay/fused/dense.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define MARGAY_HAS_DOT_PRODUCT 1
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored \
    "-Wmaybe-uninitialized"  // GCC 12's header initialises registers with themselves
#include <immintrin.h>
#pragma GCC diagnostic pop
#define MARGAY_DOT_PRODUCT __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")))
#endif

namespace margay::fused {
namespace {

constexpr int kLanes = 16;  ///< target channels of a vector
/// Values of padded rows that stay in a core's second-level cache beside a block's weights.
constexpr int64_t kSpaceValues = 64 << 10;

/// Neighbouring targets of one row and one block of channels.
struct Block {
  const uint16_t* source;  ///< the first tap
  int64_t tap_row;         ///< values from one row of taps to the next
  int64_t pixel;           ///< and from one target's taps to the next one's
  int rows, values;        ///< of taps; values of each row
  const uint32_t* weights;
  const float* bias;
  uint16_t* target;
  int64_t target_pixel;
};

#ifdef MARGAY_HAS_DOT_PRODUCT

/// A pair of bfloat16 in all lanes.
MARGAY_DOT_PRODUCT [[gnu::always_inline]] inline __m512bh pair_at(const uint16_t* at) {
  uint32_t word;
  std::memcpy(&word, at, sizeof word);
  return (__m512bh)_mm512_set1_epi32(static_cast<int>(word));
}

template <int pixels, int vectors>
MARGAY_DOT_PRODUCT void run_block(const Block& b) {
  __m512 sum[pixels][vectors];
#pragma GCC unroll 4
  for (int v = 0; v < vectors; ++v) {
    const __m512 first = b.bias ? _mm512_loadu_ps(b.bias + v * kLanes) : _mm512_setzero_ps();
#pragma GCC unroll 12
    for (int p = 0; p < pixels; ++p) sum[p][v] = first;
  }
  const uint32_t* weights = b.weights;
  const int64_t pixel = b.pixel;
  for (int row = 0; row < b.rows; ++row) {
    // A pointer for three targets each: more would not fit the registers.
    const uint16_t* at[(pixels + 2) / 3];
#pragma GCC unroll 4
    for (int i = 0; i < (pixels + 2) / 3; ++i) at[i] = b.source + row * b.tap_row + 3 * i * pixel;
    for (int pair = 0; pair < b.values / 2; ++pair, weights += vectors * kLanes) {
      __m512bh w[vectors];
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) w[v] = (__m512bh)_mm512_loadu_si512(weights + v * kLanes);
#pragma GCC unroll 12
      for (int p = 0; p < pixels; ++p) {
        const __m512bh x = pair_at(at[p / 3] + p % 3 * pixel);
#pragma GCC unroll 4
        for (int v = 0; v < vectors; ++v) sum[p][v] = _mm512_dpbf16_ps(sum[p][v], w[v], x);
      }
#pragma GCC unroll 4
      for (int i = 0; i < (pixels + 2) / 3; ++i) at[i] += 2;
    }
    if (b.values % 2 == 0) continue;
#pragma GCC unroll 12
    for (int p = 0; p < pixels; ++p) {
      const auto x =
          (__m512bh)_mm512_set1_epi32(at[p / 3][p % 3 * pixel]);  // what is behind it belongs to others
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v)
        sum[p][v] = _mm512_dpbf16_ps(sum[p][v], (__m512bh)_mm512_loadu_si512(weights + v * kLanes), x);
    }
    weights += vectors * kLanes;
  }
#pragma GCC unroll 12
  for (int p = 0; p < pixels; ++p)
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v)
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(b.target + p * b.target_pixel + v * kLanes),
                          (__m256i)_mm512_cvtneps_pbh(sum[p][v]));
}

using RunBlock = void (*)(const Block&);

/// 24 sums, 4 weights at most and a pair in the 32 registers.
constexpr int most_pixels(int vectors) {
  return vectors == 4 ? 6 : 12;
}

template <int vectors, size_t... counts>
constexpr std::array<RunBlock, 12> blocks_of(std::index_sequence<counts...>) {
  return {run_block<counts + 1, vectors>...};
}

/// By the number of pixels less 1.
const std::array<RunBlock, 12>& blocks_of(int vectors) {
  static constexpr auto kOne = blocks_of<1>(std::make_index_sequence<most_pixels(1)>()),
                        kTwo = blocks_of<2>(std::make_index_sequence<most_pixels(2)>()),
                        kFour = blocks_of<4>(std::make_index_sequence<most_pixels(4)>());
  return vectors == 4 ? kFour : vectors == 2 ? kTwo : kOne;
}

#endif

}  // namespace

DirectConvolution::DirectConvolution(const ConvolutionSpec& spec, Direction direction)
    : spec_(spec),
      direction_(direction),
      source_{spec.height, spec.width, spec.in_channels},
      target_{spec.out_height(), spec.out_width(), spec.out_channels},
      source_step_(spec.stride),
      target_step_(1) {
  if (direction == Direction::backward) {
    std::swap(source_, target_);
    std::swap(source_step_, target_step_);
  }
  int width_behind = 0;
  for (int y = 0; y < target_step_; ++y)
    for (int x = 0; x < target_step_; ++x) {
      Phase phase{taps_of(y),
                  taps_of(x),
                  y,
                  x,
                  (target_.height - y + target_step_ - 1) / target_step_,
                  (target_.width - x + target_step_ - 1) / target_step_};
      before_ = std::max({before_, -phase.rows.first, -phase.columns.first});
      reach_ = std::max(reach_, phase.rows.first + phase.rows.count());
      width_behind = std::max(width_behind, (phase.target_columns - 1) * source_step_ + phase.columns.first +
                                                phase.columns.count());
      phases_.push_back(std::move(phase));
    }
  reach_ += before_;
  padded_width_ = before_ + std::max(width_behind, source_.width);
  const bool is_narrow = phases_.front().target_columns < 8;
  const int vectors = target_.channels / kLanes;
  vectors_ = is_narrow && vectors % 4 == 0 ? 4 : vectors % 2 == 0 ? 2 : 1;
  const int64_t row = int64_t{padded_width_} * source_.channels;
  const int rows = phases_.front().target_rows;
  rows_at_once_ = static_cast<int>(
      std::clamp<int64_t>((kSpaceValues / row - reach_) / source_step_ + 1, 1, std::max(1, rows)));
  if (rows_at_once_ == rows)
    pictures_at_once_ =
        static_cast<int>(std::max<int64_t>(1, kSpaceValues / (row * source_rows({0, 1, 0, rows}))));
}

/// Along one axis: forward, target i looks with tap k at i * stride - padding + k. Back, target stride * q +
/// phase is what those looked at that are at q + (phase + padding - k) / stride.
DirectConvolution::Taps DirectConvolution::taps_of(int phase) const {
  Taps taps;
  if (direction_ == Direction::forward) {
    taps.first = -spec_.padding;
    for (int k = 0; k < spec_.kernel; ++k) taps.indices.push_back(k);
    return taps;
  }
  for (int k = spec_.kernel - 1; k >= 0; --k)
    if ((phase + spec_.padding - k) % spec_.stride == 0) taps.indices.push_back(k);
  if (taps.count() > 0) taps.first = (phase + spec_.padding - taps.indices.front()) / spec_.stride;
  return taps;
}

void DirectConvolution::set_weights(const float* weight) {
  std::vector<uint16_t> narrow(size_t{1} * spec_.out_channels * spec_.kernel * spec_.kernel *
                               spec_.in_channels);
  to_bfloat16(static_cast<int64_t>(narrow.size()), weight, narrow.data());
  const int blocks = target_.channels / (vectors_ * kLanes);
  for (Phase& phase : phases_) {
    const size_t pairs = (values_per_tap_row(phase) + 1) / 2;
    phase.weights.resize(phase.rows.count() * pairs * target_.channels);
#pragma omp parallel for schedule(static)
    for (int block = 0; block < blocks; ++block) pack(phase, narrow, block);
  }
}

/// In the order in which the weights are read.
void DirectConvolution::pack(Phase& phase, const std::vector<uint16_t>& weight, int block) const {
  const int channels = vectors_ * kLanes, values = values_per_tap_row(phase), pairs = (values + 1) / 2;
  const int64_t tap = spec_.in_channels, tap_row = spec_.kernel * tap, filter = spec_.kernel * tap_row;
  const uint16_t* all = weight.data();
  uint32_t* out = phase.weights.data() + int64_t{block} * phase.rows.count() * pairs * channels;
  for (const int row : phase.rows.indices) {
    std::fill_n(out, pairs * channels, 0);
    if (direction_ == Direction::forward)
      for (int c = 0; c < channels; ++c) {
        const uint16_t* from = all + (int64_t{block} * channels + c) * filter + row * tap_row;
        for (int i = 0; i + 1 < values; i += 2)
          out[i / 2 * channels + c] = from[i] | uint32_t{from[i + 1]} << 16;
        if (values % 2 == 1) out[(pairs - 1) * channels + c] = from[values - 1];
      }
    else
      for (int i = 0; i < values; ++i) {
        const int column = phase.columns.indices[i / source_.channels], source = i % source_.channels;
        const uint16_t* from =
            all + source * filter + row * tap_row + column * tap + int64_t{block} * channels;
        for (int c = 0; c < channels; ++c) out[i / 2 * channels + c] |= uint32_t{from[c]} << (i % 2 * 16);
      }
    out += pairs * channels;
  }
}

/// Rows that a piece looks at, with zeros around them.
void DirectConvolution::pad(const Piece& piece, const uint16_t* source, uint16_t* space) const {
  const int64_t before = int64_t{before_} * source_.channels, row = int64_t{padded_width_} * source_.channels;
  const int64_t behind = row - before - source_.row();
  for (int picture = 0; picture < piece.pictures; ++picture)
    for (int i = 0, y = piece.top * source_step_ - before_; i < source_rows(piece); ++i, ++y, space += row) {
      if (y < 0 || y >= source_.height) {
        std::fill_n(space, row, uint16_t{0});
        continue;
      }
      std::fill_n(space, before, uint16_t{0});
      std::copy_n(source + (piece.first_picture + picture) * source_.values() + y * source_.row(),
                  source_.row(), space + before);
      std::fill_n(space + before + source_.row(), behind, uint16_t{0});
    }
}

#ifdef MARGAY_HAS_DOT_PRODUCT

bool DirectConvolution::is_supported(const ConvolutionSpec& spec, Direction direction) {
  const int channels = direction == Direction::forward ? spec.out_channels : spec.in_channels;
  return cpu_has_bf16() && cpu_has_avx512() && spec.groups == 1 && spec.dilation == 1 &&
         channels % kLanes == 0;
}

void DirectConvolution::run(int pictures, const uint16_t* source, const float* bias, uint16_t* target,
                            std::vector<uint16_t>& space) const {
  const int rows = phases_.front().target_rows;
  for (int picture = 0; picture < pictures; picture += pictures_at_once_)
    for (int top = 0; top < rows; top += rows_at_once_) {
      const Piece piece{picture, std::min(pictures_at_once_, pictures - picture), top,
                        std::min(top + rows_at_once_, rows)};
      space.resize(size_t{1} * piece.pictures * source_rows(piece) * padded_width_ * source_.channels);
      pad(piece, source, space.data());
      for (const Phase& phase : phases_) run_phase(phase, piece, space.data(), bias, target);
    }
}

void DirectConvolution::run_phase(const Phase& phase, const Piece& piece, const uint16_t* space,
                                  const float* bias, uint16_t* target) const {
  const auto& run = blocks_of(vectors_);
  const int channels = vectors_ * kLanes, columns = phase.target_columns, rows = phase.rows.count();
  const int64_t space_row = int64_t{padded_width_} * source_.channels;
  const int64_t block_words = int64_t{rows} * ((values_per_tap_row(phase) + 1) / 2) * channels;
  const int parts = (columns + most_pixels(vectors_) - 1) / most_pixels(vectors_);
  const int bottom = std::min(piece.bottom, phase.target_rows);
  for (int c = 0; c < target_.channels; c += channels)
    for (int picture = 0; picture < piece.pictures; ++picture)
      for (int y = piece.top; y < bottom; ++y) {
        const int64_t row = int64_t{picture} * source_rows(piece) + (y - piece.top) * source_step_ + before_ +
                            phase.rows.first;
        const uint16_t* from =
            space + row * space_row + int64_t{before_ + phase.columns.first} * source_.channels;
        uint16_t* to = target + (piece.first_picture + picture) * target_.values() +
                       (y * target_step_ + phase.first_row) * target_.row() + c;
        for (int part = 0; part < parts; ++part) {
          const int first = columns * part / parts, behind = columns * (part + 1) / parts;
          run[behind - first - 1](
              {.source = from + int64_t{first} * source_step_ * source_.channels,
               .tap_row = space_row,
               .pixel = int64_t{source_step_} * source_.channels,
               .rows = rows,
               .values = values_per_tap_row(phase),
               .weights = phase.weights.data() + c / channels * block_words,
               .bias = bias ? bias + c : nullptr,
               .target = to + int64_t{first * target_step_ + phase.first_column} * target_.channels,
               .target_pixel = int64_t{target_step_} * target_.channels});
        }
      }
}

#else

bool DirectConvolution::is_supported(const ConvolutionSpec&, Direction) {
  return false;
}

void DirectConvolution::run(int, const uint16_t*, const float*, uint16_t*, std::vector<uint16_t>&) const {}

void DirectConvolution::run_phase(const Phase&, const Piece&, const uint16_t*, const float*,
                                  uint16_t*) const {}

#endif

}  // namespace margay::fused
