// A convolution with what follows it on its way through the cache, max pooling and ReLU, and the way back.
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "margay/fused/convolution.h"
#include "margay/fused/max_pool.h"
#include "margay/fused/pooled_weight_gradient.h"

namespace margay::fused {

/// What is done to the output of a convolution at once.
struct ConvPoolSpec {
  ConvolutionSpec convolution;
  bool pool = false;  ///< maxima of 2 x 2 at stride 2; a last odd row or column is left out
  bool relu = false;

  int out_height() const { return convolution.out_height() / (pool ? 2 : 1); }
  int out_width() const { return convolution.out_width() / (pool ? 2 : 1); }
};

/// Pools and rectifies the output of a convolution before it leaves the cache. Used by one thread.
class ConvPool {
 public:
  ConvPool(const ConvPoolSpec& spec, Precision precision);

  static bool is_supported(const ConvPoolSpec& spec, Precision precision);

  /// `bias` is null where the spec has none. `choice`, a byte for each value of the output, tells `backward`
  /// which of the four was the maximum; it is used with `pool` alone, and null where there is no way back.
  void forward(int batch, const void* input, const float* weight, const float* bias, void* output,
               uint8_t* choice);

  /// What the way back starts from. `output` is used with `relu` and without `pool`.
  struct BackwardInput {
    const void* input;
    const float* weight;
    const void* output;
    const uint8_t* choice;
    const void* output_gradient;
  };
  /// All are overwritten. `input` is null where nobody wants it, `bias` where the spec has none.
  struct Gradients {
    void* input;
    float* weight;
    float* bias;
  };
  void backward(int batch, const BackwardInput& saved, const Gradients& gradients);

 private:
  template <class Bits>
  void forward_in(int batch, const void* input, const float* weight, const float* bias, Bits* output,
                  uint8_t* choice);
  template <class Bits>
  void backward_in(int batch, const BackwardInput& saved, const Gradients& gradients);
  template <class Bits>
  void pool(const Part& part, const Bits* convolved, Bits* output, uint8_t* choice) const;
  template <class Bits>
  void unpool(const Part& part, const BackwardInput& saved, Bits* gradient, float* sums) const;
  template <class Bits>
  void backward_of_maxima(int batch, const BackwardInput& saved, const Gradients& gradients);
  void finish_bias(int batch, float* gradient) const;

  MaxPoolSpec pooling() const;

  int64_t output_values() const {
    return int64_t{spec_.out_height()} * spec_.out_width() * spec_.convolution.out_channels;
  }

  ConvPoolSpec spec_;
  std::vector<float> sums_;  ///< of the gradients of a part, [first picture, out channel]
  Convolution convolution_;
  bool skips_zeros_;  ///< the gradient of weights has a kernel for what pooling left
  std::tuple<std::vector<PooledWeightGradient<uint16_t>>, std::vector<PooledWeightGradient<uint32_t>>>
      weight_parts_;  ///< then of each thread
};

}  // namespace margay::fused
