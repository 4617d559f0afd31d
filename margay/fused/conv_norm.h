// A convolution with batch normalisation, the sum with another feature map and ReLU or ReLU6 behind it, and
// the way back.
#pragma once

#include <cstdint>
#include <vector>

#include "margay/fused/convolution.h"
#include "margay/fused/norm_rows.h"

namespace margay::fused {

/// What follows the convolution.
struct ConvNormSpec {
  ConvolutionSpec convolution;
  double eps = 1e-5;
  bool relu = false;
  float ceiling = kNoCeiling;  ///< of ReLU: 6 for ReLU6
};

/// Ioffe & Szegedy 2015. The statistics of a batch are taken from the output of the convolution while it is
/// in the cache; what follows is one pass, and the way back reads both maps twice. Used by one thread.
class ConvNorm {
 public:
  ConvNorm(const ConvNormSpec& spec, Precision precision);

  /// The channels of the output are a multiple of 8, and the convolution is worth it.
  static bool is_supported(const ConvNormSpec& spec, Precision precision);

  /// All null or of `out_channels` values, but `bias`, which the spec may lack.
  struct Parameters {
    const float* weight;
    const float* bias;
    const float* gamma;
    const float* beta;
  };
  /// Of each channel.
  struct Statistics {
    float* mean;
    float* variance;
  };

  /// With the statistics of the batch. `convolved`, which has the size of `output`, and `used`, the mean and
  /// the biased variance, are for the way back; `running` moves towards mean and unbiased variance by
  /// `momentum`. `residual` is added before ReLU, or null.
  void train(int batch, const void* input, const Parameters& parameters, const void* residual,
             double momentum, void* convolved, void* output, const Statistics& used,
             const Statistics& running);

  /// The same with statistics that stay as they are, for a way back on which they are constants.
  void train_frozen(int batch, const void* input, const Parameters& parameters, const void* residual,
                    const Statistics& running, void* convolved, void* output);

  /// With statistics that stay as they are, where there is no way back.
  void infer(int batch, const void* input, const Parameters& parameters, const void* residual,
             const Statistics& running, void* output);

  /// What the way back starts from; `output` is used with a residual and ReLU.
  struct BackwardInput {
    const void* input;
    const void* convolved;
    const void* output;
    const void* output_gradient;
    Statistics used;
    bool frozen = false;  ///< `used` does not depend on the input
  };
  /// All are overwritten. `input` is null where nobody wants it, `residual` where there is none.
  struct Gradients {
    void* input;
    void* residual;
    float* weight;
    float* gamma;
    float* beta;
  };
  void backward(int batch, const BackwardInput& saved, const Parameters& parameters,
                const Gradients& gradients);

 private:
  template <class Bits>
  void measure(int batch, const void* input, const Parameters& parameters, Bits* convolved,
               const Statistics& used);
  template <class Bits>
  void normalize_each(int batch, const void* input, const Parameters& parameters, const Bits* residual,
                      Bits* convolved, Bits* output);
  template <class Bits>
  void normalize_all(int batch, const Bits* convolved, const Bits* residual, Bits* output) const;
  template <class Bits>
  void backward_in(int batch, const BackwardInput& saved, const Parameters& parameters,
                   const Gradients& gradients);
  void set_affine(const Parameters& parameters, const float* mean, const float* variance);
  double inverse_deviation(float variance) const;

  int channels() const { return spec_.convolution.out_channels; }
  int64_t pixels() const { return int64_t{spec_.convolution.out_height()} * spec_.convolution.out_width(); }

  ConvNormSpec spec_;
  Convolution convolution_;
  std::vector<float> scale_, offset_;  ///< of each channel: normalised = value * scale + offset
  std::vector<float> shift_;           ///< [picture, channel]
  std::vector<float> sums_, others_;   ///< [picture, channel]
};

}  // namespace margay::fused
