// Weights of 16 outputs are put together as vectors, transformed, and stored in pairs of inputs.
#include "margay/fused/winograd_weights.h"

#include <algorithm>

#include "margay/fused/thread_scratch.h"
#include "margay/fused/winograd_lanes.h"

namespace margay::fused {
namespace {

constexpr int kKernel = 3, kTaps = kKernel * kKernel;

}  // namespace

template <class Bits>
int64_t WinogradWeights<Bits>::block_at(int first_out) const {
  return int64_t{kPositions} * first_out * spec_.in_channels / kPerWord<Bits>;
}

#ifdef MARGAY_HAS_AVX512

namespace {

/// The kernel's 9 taps to 16 positions, each a vector.
MARGAY_AVX512 inline void transform_taps(const __m512* taps, __m512* positions) {
  const auto spread = [](__m512 a, __m512 b, __m512 c, __m512* out, int apart) MARGAY_AVX512 {
    const __m512 half = _mm512_set1_ps(0.5f), outer = _mm512_mul_ps(half, _mm512_add_ps(a, c));
    out[0] = a;
    out[apart] = _mm512_fmadd_ps(half, b, outer);
    out[2 * apart] = _mm512_fnmadd_ps(half, b, outer);
    out[3 * apart] = c;
  };
  __m512 rows[4 * kKernel];
#pragma GCC unroll 3
  for (int x = 0; x < kKernel; ++x) spread(taps[x], taps[3 + x], taps[6 + x], rows + x, kKernel);
#pragma GCC unroll 4
  for (int y = 0; y < 4; ++y) spread(rows[3 * y], rows[3 * y + 1], rows[3 * y + 2], positions + 4 * y, 1);
}

constexpr int kMaxIns = 32;  ///< whose weights are transformed together

/// Weights of 16 outputs.
struct Columns {
  alignas(64) float values[kTaps][kMaxIns][kWinogradLanes];
};

/// From [out, tap, in] of `ins` inputs, one output `channels` times the taps away from the next.
MARGAY_AVX512 void copy_transposed(const float* weight, int ins, int channels, Columns& columns) {
  for (int tap = 0; tap < kTaps; ++tap)
    for (int i = 0; i < ins; i += kWinogradLanes)
      transpose_16(weight + int64_t{tap} * channels + i, int64_t{kTaps} * channels, columns.values[tap][i],
                   kWinogradLanes);
}

/// From [in, tap, out], with the kernel turned round.
void copy_turned(const float* weight, int ins, int channels, Columns& columns) {
  for (int i = 0; i < ins; ++i)
    for (int tap = 0; tap < kTaps; ++tap)
      std::copy_n(weight + (int64_t{i} * kTaps + kTaps - 1 - tap) * channels, kWinogradLanes,
                  columns.values[tap][i]);
}

/// The channel that a transformed input has at `place`, of `count` that were transformed together.
template <class Bits>
int channel_at(int place, int count) {
  return sizeof(Bits) == 2 && count == 32 ? place % 16 * 2 + place / 16 : place;
}

}  // namespace

template <class Bits>
void WinogradWeights<Bits>::lay_out(const float* weight, bool of_transposed) {
  words_ = thread_scratch<WinogradWeights, uint32_t>(static_cast<size_t>(block_at(spec_.out_channels)));
  const int outs = spec_.out_channels / kWinogradLanes, ins = (spec_.in_channels + kMaxIns - 1) / kMaxIns;
#pragma omp parallel for collapse(2) schedule(static)
  for (int o = 0; o < outs; ++o)
    for (int i = 0; i < ins; ++i) lay_out_block(weight, of_transposed, o * kWinogradLanes, i * kMaxIns);
}

/// 16 outputs of 32 inputs or the last 16.
template <class Bits>
MARGAY_AVX512 void WinogradWeights<Bits>::lay_out_block(const float* weight, bool of_transposed,
                                                        int first_out, int first_in) {
  constexpr int kHalves = kPerWord<Bits>;
  const int ins = std::min(kMaxIns, spec_.in_channels - first_in);
  Columns columns;
  if (of_transposed)
    copy_turned(weight + int64_t{first_in} * kTaps * spec_.out_channels + first_out, ins, spec_.out_channels,
                columns);
  else
    copy_transposed(weight + int64_t{first_out} * kTaps * spec_.in_channels + first_in, ins,
                    spec_.in_channels, columns);
  const int block_out = first_out / kWinogradBlock * kWinogradBlock;
  const int block_outs = std::min(kWinogradBlock, spec_.out_channels - block_out);
  const int64_t position_words = int64_t{spec_.in_channels} / kHalves * block_outs;
  uint32_t* to =
      words_ + block_at(block_out) + int64_t{first_in} / kHalves * block_outs + first_out - block_out;
  for (int word = 0; word < ins / kHalves; ++word, to += block_outs) {
    __m512 positions[kHalves][kPositions];
    for (int half = 0; half < kHalves; ++half) {
      const int in = channel_at<Bits>(word * kHalves + half, ins);
      __m512 taps[kTaps];
      for (int tap = 0; tap < kTaps; ++tap) taps[tap] = _mm512_load_ps(columns.values[tap][in]);
      transform_taps(taps, positions[half]);
    }
    for (int p = 0; p < kPositions; ++p) {
      __m512 values[kHalves];
      for (int half = 0; half < kHalves; ++half) values[half] = positions[half][p];
      _mm512_storeu_si512(to + p * position_words, words_of<Bits>(values));
    }
  }
}

#else

template <class Bits>
void WinogradWeights<Bits>::lay_out(const float*, bool) {}

#endif

template class WinogradWeights<uint16_t>;
template class WinogradWeights<uint32_t>;

}  // namespace margay::fused
