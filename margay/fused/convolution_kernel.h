// What computes a convolution's parts of a batch. For sources of this folder.
#pragma once

#include <memory>

#include "margay/fused/convolution_spec.h"
#include "margay/fused/max_pool.h"

namespace margay::fused {

/// Threads compute parts at the same time, each with memory of its own.
class ConvolutionKernel {
 public:
  virtual ~ConvolutionKernel() = default;

  /// Before parts of so many pictures are computed by the `thread`, counted from 0. By one thread.
  virtual void prepare(int thread, int pictures) = 0;

  /// Of what `forward` and `backward` multiply with, [out, kernel, kernel, in / groups]. By several threads.
  virtual void lay_out(const float* weight) = 0;
  virtual void lay_out_back(const float* weight) = 0;

  /// `bias` is null where the spec has none.
  virtual void forward(int thread, int pictures, const void* input, const float* bias, void* output) = 0;
  /// Whether there is `forward_pooled`, which writes maxima of 2 x 2 in place of the output.
  virtual bool pools() const { return false; }
  virtual void forward_pooled(int, int, const void*, const float*, const PooledOutput&) {}
  virtual void backward(int thread, int pictures, const void* gradient, void* input_gradient) = 0;

  /// The gradient of the weights is summed up over the parts of each thread, from nothing, and then over the
  /// threads, in their order. Start and finish by several threads.
  virtual void start_weight_gradient() = 0;
  virtual void add_weight_gradient(int thread, int pictures, const void* input, const void* gradient) = 0;
  virtual void finish_weight_gradient(float* weight_gradient) = 0;
};

/// oneDNN's and, where these are slow, our own sums over all taps of the kernel.
std::unique_ptr<ConvolutionKernel> direct_kernel(const ConvolutionSpec& spec, Precision precision,
                                                 int pictures_at_once);
/// Whether oneDNN has more than its reference for this on this processor; else it is not worth using.
bool is_direct_supported(const ConvolutionSpec& spec, Precision precision);

/// See winograd.h, which says what it is for.
std::unique_ptr<ConvolutionKernel> winograd_kernel(const ConvolutionSpec& spec, Precision precision);

}  // namespace margay::fused
