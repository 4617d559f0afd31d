// Maxima of 2 x 2 at stride 2 with ReLU, where no convolution is in front of them.
#pragma once

#include <cstdint>

namespace margay::fused {

/// Maps are [batch, height, width, channels]; a last odd row or column is left out.
struct MaxPoolSpec {
  int channels = 0, height = 0, width = 0;  ///< of the input
  bool relu = false;

  int out_height() const { return height / 2; }
  int out_width() const { return width / 2; }
};

/// `choice`, a byte for each value of the output, is for the way back, and null where there is none. Values
/// are bfloat16 or float32 as their bits. They compute on as many threads as OpenMP has.
void max_pool(const MaxPoolSpec& spec, int batch, const uint16_t* input, uint16_t* output, uint8_t* choice);
void max_pool(const MaxPoolSpec& spec, int batch, const uint32_t* input, uint32_t* output, uint8_t* choice);

/// Overwrites the gradient of the input.
void max_pool_backward(const MaxPoolSpec& spec, int batch, const uint16_t* output_gradient,
                       const uint8_t* choice, uint16_t* input_gradient);
void max_pool_backward(const MaxPoolSpec& spec, int batch, const uint32_t* output_gradient,
                       const uint8_t* choice, uint32_t* input_gradient);

}  // namespace margay::fused
