// Each word of an input, in all lanes, times 16 or 32 outputs.
#include "margay/fused/block_sums.h"

#include <algorithm>
#include <array>
#include <utility>

#include "margay/fused/winograd_lanes.h"

namespace margay::fused {

#ifdef MARGAY_HAS_AVX512

namespace {

constexpr int kLanes = 16;
constexpr int kMaxInputs = 12, kMaxVectors = 2;  ///< 24 sums and 3 operands in the 32 registers

/// Of as many inputs and vectors of outputs, from the word `input` and the word `out` of each row on.
template <class Bits, int inputs, int vectors>
MARGAY_AVX512 void add_block(const Reduction& r, int input, int out, float* sums) {
  __m512 sum[inputs][vectors];
#pragma GCC unroll 12
  for (int i = 0; i < inputs; ++i)
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v)
      sum[i][v] = r.adds ? _mm512_loadu_ps(sums + i * r.gradient_step + v * kLanes) : _mm512_setzero_ps();
  for (const WordRows& row : r.rows) {
    const uint32_t *from = row.input + input, *gradient = row.gradient + out;
    for (int word = 0; word < r.words; ++word, from += r.input_step, gradient += r.gradient_step) {
      __m512i g[vectors];
#pragma GCC unroll 2
      for (int v = 0; v < vectors; ++v) g[v] = _mm512_loadu_si512(gradient + v * kLanes);
#pragma GCC unroll 12
      for (int i = 0; i < inputs; ++i) {
        const __m512i x = _mm512_set1_epi32(static_cast<int>(from[i]));
#pragma GCC unroll 2
        for (int v = 0; v < vectors; ++v) sum[i][v] = add_product<Bits>(sum[i][v], g[v], x);
      }
    }
  }
#pragma GCC unroll 12
  for (int i = 0; i < inputs; ++i)
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) _mm512_storeu_ps(sums + i * r.gradient_step + v * kLanes, sum[i][v]);
}

using Block = void (*)(const Reduction&, int input, int out, float* sums);

template <class Bits, int vectors, size_t... counts>
constexpr std::array<Block, kMaxInputs> blocks_of(std::index_sequence<counts...>) {
  return {add_block<Bits, counts + 1, vectors>...};
}

/// By the number of vectors and of inputs, both less 1.
template <class Bits>
constexpr std::array<std::array<Block, kMaxInputs>, kMaxVectors> kBlocks{
    blocks_of<Bits, 1>(std::make_index_sequence<kMaxInputs>()),
    blocks_of<Bits, 2>(std::make_index_sequence<kMaxInputs>())};

}  // namespace

template <class Bits>
void add_block_sums(const Reduction& reduction, int inputs, int outs, float* sums) {
  for (int o = 0; o < outs; o += kMaxVectors * kLanes) {
    const int vectors = std::min(kMaxVectors, (outs - o) / kLanes);
    for (int i = 0; i < inputs; i += kMaxInputs) {
      const int count = std::min(kMaxInputs, inputs - i);
      kBlocks<Bits>[vectors - 1][count - 1](reduction, i, o, sums + int64_t{i} * reduction.gradient_step + o);
    }
  }
}

#else

template <class Bits>
void add_block_sums(const Reduction&, int, int, float*) {}

#endif

template void add_block_sums<uint16_t>(const Reduction&, int, int, float*);
template void add_block_sums<uint32_t>(const Reduction&, int, int, float*);

}  // namespace margay::fused
