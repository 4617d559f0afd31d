// Each direction transforms weights and pictures for itself.
#include <vector>

#include "margay/fused/convolution_kernel.h"
#include "margay/fused/winograd.h"
#include "margay/fused/winograd_gradient.h"

namespace margay::fused {
namespace {

template <class Bits>
class WinogradKernel : public ConvolutionKernel {
 public:
  explicit WinogradKernel(const ConvolutionSpec& spec)
      : spec_(spec), weights_(spec), back_(transposed(spec)) {}

  void prepare(int thread, int) override {
    while (workers_.size() <= static_cast<size_t>(thread)) workers_.emplace_back(spec_);
  }

  void lay_out(const float* weight) override { weights_.lay_out(weight, false); }
  void lay_out_back(const float* weight) override { back_.lay_out(weight, true); }

  void forward(int thread, int pictures, const void* input, const float* bias, void* output) override {
    workers_[thread].forward.run(pictures, static_cast<const Bits*>(input), weights_, bias,
                                 static_cast<Bits*>(output));
  }
  bool pools() const override { return true; }
  void forward_pooled(int thread, int pictures, const void* input, const float* bias,
                      const PooledOutput& pooled) override {
    workers_[thread].forward.run_pooled(pictures, static_cast<const Bits*>(input), weights_, bias, pooled);
  }

  void backward(int thread, int pictures, const void* gradient, void* input_gradient) override {
    workers_[thread].backward.run(pictures, static_cast<const Bits*>(gradient), back_, nullptr,
                                  static_cast<Bits*>(input_gradient));
  }

  void start_weight_gradient() override {
    for (Worker& worker : workers_) worker.gradient.start();
  }
  void add_weight_gradient(int thread, int pictures, const void* input, const void* gradient) override {
    workers_[thread].gradient.add(pictures, static_cast<const Bits*>(input),
                                  static_cast<const Bits*>(gradient));
  }
  void finish_weight_gradient(float* weight_gradient) override {
    std::vector<const WinogradGradient<Bits>*> parts;
    for (const Worker& worker : workers_) parts.push_back(&worker.gradient);
    WinogradGradient<Bits>::total(parts, weight_gradient);
  }

 private:
  struct Worker {
    explicit Worker(const ConvolutionSpec& spec)
        : forward(spec), backward(transposed(spec)), gradient(spec) {}
    WinogradPass<Bits> forward, backward;
    WinogradGradient<Bits> gradient;
  };

  ConvolutionSpec spec_;
  WinogradWeights<Bits> weights_, back_;
  std::vector<Worker> workers_;
};

}  // namespace

std::unique_ptr<ConvolutionKernel> winograd_kernel(const ConvolutionSpec& spec, Precision precision) {
  if (precision == Precision::bfloat16) return std::make_unique<WinogradKernel<uint16_t>>(spec);
  return std::make_unique<WinogradKernel<uint32_t>>(spec);
}

}  // namespace margay::fused
