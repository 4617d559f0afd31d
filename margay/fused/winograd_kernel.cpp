// Each direction transforms weights and pictures for itself.
#include <utility>
#include <vector>

#include "margay/fused/convolution_kernel.h"
#include "margay/fused/thread_scratch.h"
#include "margay/fused/winograd.h"
#include "margay/fused/winograd_gradient.h"

namespace margay::fused {
namespace {

template <class Bits>
class WinogradKernel : public ConvolutionKernel {
 public:
  explicit WinogradKernel(const ConvolutionSpec& spec)
      : spec_(spec), forward_(spec), backward_(transposed(spec)), weights_(spec), back_(transposed(spec)) {}

  void prepare(int thread, int) override {
    while (gradients_.size() <= static_cast<size_t>(thread)) gradients_.emplace_back(spec_);
  }

  void lay_out(const float* weight) override { weights_.lay_out(weight, false); }
  void lay_out_back(const float* weight) override { back_.lay_out(weight, true); }

  void forward(int, int pictures, const void* input, const float* bias, void* output) override {
    forward_.run(pictures, static_cast<const Bits*>(input), weights_, bias, static_cast<Bits*>(output));
  }
  bool pools() const override { return true; }
  void forward_pooled(int, int pictures, const void* input, const float* bias,
                      const PooledOutput& pooled) override {
    forward_.run_pooled(pictures, static_cast<const Bits*>(input), weights_, bias, pooled);
  }

  void backward(int, int pictures, const void* gradient, void* input_gradient) override {
    backward_.run(pictures, static_cast<const Bits*>(gradient), back_, nullptr,
                  static_cast<Bits*>(input_gradient));
  }

  void start_weight_gradient() override {
    const size_t size = gradients_.front().size();
    auto* sums = thread_scratch<WinogradKernel, float>(gradients_.size() * size);
    for (WinogradGradient<Bits>& part : gradients_) part.start(std::exchange(sums, sums + size));
  }
  void add_weight_gradient(int thread, int pictures, const void* input, const void* gradient) override {
    gradients_[thread].add(pictures, static_cast<const Bits*>(input), static_cast<const Bits*>(gradient));
  }
  void finish_weight_gradient(float* weight_gradient) override {
    WinogradGradient<Bits>::total(gradients_, weight_gradient);
  }

 private:
  ConvolutionSpec spec_;
  WinogradPass<Bits> forward_, backward_;
  WinogradWeights<Bits> weights_, back_;
  std::vector<WinogradGradient<Bits>> gradients_;  ///< of each thread
};

}  // namespace

std::unique_ptr<ConvolutionKernel> winograd_kernel(const ConvolutionSpec& spec, Precision precision) {
  if (precision == Precision::bfloat16) return std::make_unique<WinogradKernel<uint16_t>>(spec);
  return std::make_unique<WinogradKernel<uint32_t>>(spec);
}

}  // namespace margay::fused
