// What a convolution on the CPU is, and in which precision.
#pragma once

namespace margay::fused {

/// Of the values between layers. Parameters and their gradients are float32.
enum class Precision { float32, bfloat16 };

/// A convolution with square kernels. Feature maps are [batch, height, width, channels], weights [out,
/// kernel, kernel, in / groups].
struct ConvolutionSpec {
  int in_channels = 0, height = 0, width = 0;  ///< of the input
  int out_channels = 0, kernel = 1, stride = 1, padding = 0, dilation = 1, groups = 1;
  bool bias = true;

  int out_height() const { return extent(height); }
  int out_width() const { return extent(width); }

 private:
  int extent(int in) const { return (in + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1; }
};

}  // namespace margay::fused
