// The three products of matrices of a dense layer in bfloat16, each for a share of the work: what one thread
// does.
#pragma once

#include <cstdint>

namespace margay::fused {

/// Input [batch, in], weights [out, in], output [batch, out].
struct DenseShape {
  int64_t batch, in, out;
};

/// From one to behind the last.
struct Range {
  int64_t first, last;
};

/// Whether this processor multiplies bfloat16 (AVX-512). Without it nothing below may be called.
bool has_dense_products();

/// Values of a pair in a word, the first in its lower half; of an odd number the last has a 0 beside it.
constexpr int64_t pairs_of(int64_t count) {
  return (count + 1) / 2;
}
/// Neighbours along the rows of values[batch, count], and neighbouring rows, in the order in which
/// `write_input_gradient` and `write_weight_gradient` read the gradient of the output; pairs_of(count) *
/// batch, and pairs_of(batch) * count words.
void pair_columns(int64_t batch, int64_t count, const uint16_t* values, uint32_t* pairs);
void pair_rows(int64_t batch, int64_t count, const uint16_t* values, uint32_t* pairs);

/// Whole vectors of pictures.
int64_t padded_batch(int64_t batch);
/// Adds input times weights to output[out, padded_batch], for the outputs in `outs`.
void add_output(const DenseShape& shape, Range outs, const uint16_t* input, const uint16_t* weight,
                float* output);

/// Overwrites the columns in `ins` of the gradient of the input [batch, in]. `gradient` is that of the
/// output, its columns paired.
void write_input_gradient(const DenseShape& shape, Range ins, const uint32_t* gradient,
                          const uint16_t* weight, uint16_t* input_gradient);

/// Overwrites the columns in `ins` of the gradient of the weights, past the caches. `gradient` is that of the
/// output, its rows paired; `tile` is space of one thread for input_tile_words(batch) words.
void write_weight_gradient(const DenseShape& shape, Range ins, const uint16_t* input,
                           const uint32_t* gradient, uint32_t* tile, float* weight_gradient);
int64_t input_tile_words(int64_t batch);

}  // namespace margay::fused
