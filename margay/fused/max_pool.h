// Maxima of 2 x 2 at stride 2 with ReLU, of whole feature maps.
#pragma once

#include <cstdint>

namespace margay::fused {

/// Where maxima go. `choice`, a byte for each of them, is for the way back, and null where there is none.
struct PooledOutput {
  void* output;
  uint8_t* choice;
  bool relu;
};

/// Maps are [height, width, channels] for each picture; a last odd row or column is left out.
struct MaxPoolSpec {
  int channels = 0, height = 0, width = 0;  ///< of the input
  bool relu = false;

  int out_height() const { return height / 2; }
  int out_width() const { return width / 2; }
  int64_t input_values() const { return int64_t{height} * width * channels; }
  int64_t output_values() const { return int64_t{out_height()} * out_width() * channels; }
};

// `Bits` are uint16_t for bfloat16 or uint32_t for float32.

/// One picture. `choice`, a byte for each value of the output, is for the way back, and null where there is
/// none.
template <class Bits>
void pool_picture(const MaxPoolSpec& spec, const Bits* input, Bits* output, uint8_t* choice);

/// Overwrites the gradient of the input, and adds it to `sums`, one per channel.
template <class Bits>
void unpool_picture(const MaxPoolSpec& spec, const Bits* output_gradient, const uint8_t* choice,
                    Bits* input_gradient, float* sums);

/// The same for a batch, on as many threads as OpenMP has.
template <class Bits>
void pool_pictures(const MaxPoolSpec& spec, int batch, const Bits* input, Bits* output, uint8_t* choice);
template <class Bits>
void unpool_pictures(const MaxPoolSpec& spec, int batch, const Bits* output_gradient, const uint8_t* choice,
                     Bits* input_gradient);

}  // namespace margay::fused
