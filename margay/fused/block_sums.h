// The product of matrices that gradients of weights are, in blocks of sums that stay in registers. For
// sources of this folder.
#pragma once

#include <cstdint>
#include <span>

namespace margay::fused {

/// Words of two bfloat16 or one float32 that are multiplied with each other, one pair of rows.
struct WordRows {
  const uint32_t* input;
  const uint32_t* gradient;
};

/// What sums run over.
struct Reduction {
  std::span<const WordRows> rows;
  int words;          ///< of a row
  int input_step;     ///< from one word to the next
  int gradient_step;  ///< also from one sum of an input to that of the next
  bool adds;          ///< to what the sums are; else they are overwritten
};

/// sums[input, out] of so many inputs and outputs, which come in sixteens. `Bits` are uint16_t for bfloat16
/// or uint32_t for float32.
template <class Bits>
void add_block_sums(const Reduction& reduction, int inputs, int outs, float* sums);

}  // namespace margay::fused
