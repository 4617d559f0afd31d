// Max pooling of 2 x 2 with ReLU, row by row, on values as their bits.
#pragma once

#include <cstdint>

#include "margay/core/vector_clones.h"

namespace margay::fused {

/// Extents of one row of the output.
struct PoolRow {
  int out_width;
  int channels;
  bool relu;
};

/// Which of the four neighbours a maximum came from: 0 and 1 above, 2 and 3 below; 4 where ReLU took it.
inline constexpr uint8_t kTakenByRelu = 4;

/// `top` and `bottom` are rows of at least 2 * out_width pixels. NaN wins over everything. `choice` may be
/// null.
MARGAY_VECTOR_CLONES_DECLARED void pool_row(const PoolRow& row, const uint16_t* top_bf16,
                                            const uint16_t* bottom_bf16, uint16_t* out, uint8_t* choice);
MARGAY_VECTOR_CLONES_DECLARED void pool_row(const PoolRow& row, const uint32_t* top_f32,
                                            const uint32_t* bottom_f32, uint32_t* out, uint8_t* choice);

/// Writes the gradients of both rows, of 2 * out_width pixels, from that of the output, and adds them to
/// `sums`, one per channel.
MARGAY_VECTOR_CLONES_DECLARED void unpool_row(const PoolRow& row, const uint16_t* gradient_bf16,
                                              const uint8_t* choice, uint16_t* top, uint16_t* bottom,
                                              float* sums);
MARGAY_VECTOR_CLONES_DECLARED void unpool_row(const PoolRow& row, const uint32_t* gradient_f32,
                                              const uint8_t* choice, uint32_t* top, uint32_t* bottom,
                                              float* sums);

/// Adds the gradients that go anywhere to `sums`, one per channel.
MARGAY_VECTOR_CLONES_DECLARED void add_chosen(int64_t pixels, int channels, const uint16_t* gradient_bf16,
                                              const uint8_t* choice, float* sums);
MARGAY_VECTOR_CLONES_DECLARED void add_chosen(int64_t pixels, int channels, const uint32_t* gradient_f32,
                                              const uint8_t* choice, float* sums);

/// What is below 0 becomes 0; NaN stays.
MARGAY_VECTOR_CLONES_DECLARED void rectify(int64_t count, uint16_t* values_bf16);
MARGAY_VECTOR_CLONES_DECLARED void rectify(int64_t count, uint32_t* values_f32);

/// gradient where output is above 0, else 0.
MARGAY_VECTOR_CLONES_DECLARED void unrectify(int64_t count, const uint16_t* gradient_bf16,
                                             const uint16_t* output, uint16_t* out);
MARGAY_VECTOR_CLONES_DECLARED void unrectify(int64_t count, const uint32_t* gradient_f32,
                                             const uint32_t* output, uint32_t* out);

/// Adds every pixel to `sums`, one per channel.
MARGAY_VECTOR_CLONES_DECLARED void add_pixels(int64_t pixels, int channels, const uint16_t* values_bf16,
                                              float* sums);
MARGAY_VECTOR_CLONES_DECLARED void add_pixels(int64_t pixels, int channels, const uint32_t* values_f32,
                                              float* sums);

}  // namespace margay::fused
