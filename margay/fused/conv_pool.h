// A convolution with what follows it on its way through the cache, max pooling and ReLU, and the way back.
#pragma once

#include <cstdint>
#include <memory>

namespace margay::fused {

/// Of the values between layers. Parameters and their gradients are float32.
enum class Precision { float32, bfloat16 };

/// A convolution with square kernels, and what is done to its output at once.
struct ConvPoolSpec {
  int in_channels = 0, height = 0, width = 0;  ///< of the input
  int out_channels = 0, kernel = 1, stride = 1, padding = 0, dilation = 1, groups = 1;
  bool bias = true;
  bool pool = false;  ///< maxima of 2 x 2 at stride 2; a last odd row or column is left out
  bool relu = false;

  int conv_height() const { return conv_extent(height); }
  int conv_width() const { return conv_extent(width); }
  int out_height() const { return pool ? conv_height() / 2 : conv_height(); }
  int out_width() const { return pool ? conv_width() / 2 : conv_width(); }

 private:
  int conv_extent(int in) const { return (in + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1; }
};

/// Computes a batch some pictures at a time, so that the output of the convolution is pooled before it leaves
/// the cache. Feature maps are [batch, height, width, channels], weights [out, kernel, kernel, in / groups].
/// Used by one thread; computes on as many as OpenMP has.
class ConvPool {
 public:
  ConvPool(const ConvPoolSpec& spec, Precision precision);
  ~ConvPool();
  ConvPool(ConvPool&&) noexcept;
  ConvPool& operator=(ConvPool&&) noexcept;

  /// Whether oneDNN has more than its reference for this on this processor; else it is not worth using.
  static bool is_supported(const ConvPoolSpec& spec, Precision precision);

  /// `bias` is null where the spec has none. `choice`, a byte for each value of the output, tells `backward`
  /// which of the four was the maximum; it is used with `pool` alone, and null where there is no way back.
  void forward(int batch, const void* input, const float* weight, const float* bias, void* output,
               uint8_t* choice);

  /// Gradients from that of the output; all are overwritten. `output` is used with `relu` and without
  /// `pool`. `input_gradient` is null where nobody wants it, `bias_gradient` where the spec has no bias.
  struct Way {
    const void* input;
    const float* weight;
    const void* output;
    const uint8_t* choice;
    const void* output_gradient;
  };
  void backward(int batch, const Way& way, void* input_gradient, float* weight_gradient,
                float* bias_gradient);

 private:
  struct Passes;
  std::unique_ptr<Passes> passes_;
};

}  // namespace margay::fused
