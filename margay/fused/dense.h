// A dense layer in bfloat16 with ReLU behind it, whose gradients are float32 at once.
#pragma once

#include <cstdint>
#include <vector>

#include "margay/fused/convolution_spec.h"
#include "margay/fused/dense_products.h"

namespace margay::fused {

/// output[n, o] = the sum over i of input[n, i] * weight[o, i], plus bias[o], then ReLU.
struct DenseSpec {
  int64_t in_features = 0, out_features = 0;
  bool bias = true;
  bool relu = false;
};

/// Values are bfloat16 as their bits. Used by one thread; computes on as many as OpenMP has.
class Dense {
 public:
  Dense(const DenseSpec& spec, Precision precision);

  /// bfloat16 alone, on processors that multiply it.
  static bool is_supported(const DenseSpec& spec, Precision precision);

  void forward(int64_t batch, const uint16_t* input, const uint16_t* weight, const float* bias,
               uint16_t* output);

  /// What the way back starts from; `output` is used with ReLU.
  struct BackwardInput {
    const uint16_t* input;
    const uint16_t* weight;
    const uint16_t* output;
    const uint16_t* output_gradient;
  };
  /// All are overwritten. `input` is null where nobody wants it, `bias` where the spec has none.
  struct Gradients {
    uint16_t* input;
    float* weight;
    float* bias;
  };
  void backward(int64_t batch, const BackwardInput& saved, const Gradients& gradients);

 private:
  DenseShape shape_of(int64_t batch) const;

  DenseSpec spec_;
  std::vector<float> sums_;               ///< [out, batch]
  std::vector<uint16_t> rectified_;       ///< gradient behind ReLU
  std::vector<uint32_t> input_tiles_;     ///< of each thread
  std::vector<uint32_t> gradient_pairs_;  ///< of neighbours
};

/// The nearest bfloat16 of each value, on as many threads as OpenMP has.
void to_bfloat16(int64_t count, const float* values, uint16_t* out);

}  // namespace margay::fused
