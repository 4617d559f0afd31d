// A convolution forward and backward, a few pictures at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "margay/fused/convolution_spec.h"
#include "margay/fused/max_pool.h"

namespace margay::fused {

/// Pictures of a batch that are computed together.
struct Part {
  int first, pictures;
  int thread;  ///< that computes them, counted from 0
};

/// Each thread of OpenMP's takes its share of a batch through the convolution, so few pictures at a time that
/// what belongs before or behind the convolution finds its values in the thread's own cache; threads meet
/// once per call. The same number of threads gives the same sums. Used by one thread.
class Convolution {
 public:
  Convolution(const ConvolutionSpec& spec, Precision precision);
  ~Convolution();
  Convolution(Convolution&&) noexcept;
  Convolution& operator=(Convolution&&) noexcept;

  /// Whether oneDNN has more than its reference for this on this processor; else it is not worth using.
  static bool is_supported(const ConvolutionSpec& spec, Precision precision);

  Precision precision() const;
  /// That take part in the next call.
  static int threads();

  /// Is called with the output of each part, by several threads at once.
  using Visit = std::function<void(const Part&, void* output)>;
  /// `bias` is null where the spec has none. Where `output` is null, the output of a part is gone after its
  /// visit.
  void forward(int batch, const void* input, const float* weight, const float* bias, void* output,
               const Visit& visit);

  /// Whether `forward_pooled` writes maxima of 2 x 2 outputs without the outputs.
  bool pools() const;
  void forward_pooled(int batch, const void* input, const float* weight, const float* bias,
                      const PooledOutput& pooled);

  /// Tells the gradient of the output of a part, which may be written to `space`, by several threads at once.
  using GradientSource = std::function<const void*(const Part&, void* space)>;
  /// Overwrites the gradients of the input and of the weights, each of which is null where it is not wanted
  /// from here. That of the bias is a sum that is cheaper for who tells. Where both are null, parts are told
  /// of, and what is told may be null.
  void backward(int batch, const void* input, const float* weight, const GradientSource& gradient_of,
                void* input_gradient, float* weight_gradient);

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace margay::fused
