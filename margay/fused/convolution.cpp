// Threads meet once per pass: one that waited for another within it would wait longest where threads sleep
// meanwhile.
#include "margay/fused/convolution.h"

#include <omp.h>

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "margay/core/error.h"
#include "margay/fused/aligned_vector.h"
#include "margay/fused/convolution_kernel.h"
#include "margay/fused/winograd.h"
#include "margay/runtime/foreign_errors.h"

namespace margay::fused {
namespace {

/// Of the output of a part: half of a second-level cache of today's processors.
constexpr int64_t kPartBytes = 512 << 10;

int64_t bytes_of(Precision precision) {
  return precision == Precision::bfloat16 ? 2 : 4;
}

/// Of one thread.
struct Worker {
  AlignedVector<uint8_t> space;  ///< of the output of a part, or its gradient
  std::exception_ptr failure;
};

}  // namespace

struct Convolution::Inside {
  Inside(const ConvolutionSpec& s, Precision p)
      : spec(s),
        precision(p),
        pictures_at_once(
            static_cast<int>(std::clamp<int64_t>(kPartBytes / std::max<int64_t>(1, output_bytes()), 1, 64))),
        kernel(is_winograd_supported(s, p) ? winograd_kernel(s, p) : direct_kernel(s, p, pictures_at_once)) {}

  void run_forward(int batch, const void* input, const float* weight, const float* bias, void* output,
                   const Visit& visit);
  void run_pooled(int batch, const void* input, const float* weight, const float* bias,
                  const PooledOutput& pooled);
  void run_backward(int batch, const void* input, const float* weight, const GradientSource& gradient_of,
                    void* input_gradient, float* weight_gradient);
  void prepare(int batch);
  template <class Work>
  void share_out(int batch, const Work& work);

  int64_t input_bytes() const { return bytes_of(precision) * spec.height * spec.width * spec.in_channels; }
  int64_t output_bytes() const {
    return bytes_of(precision) * spec.out_height() * spec.out_width() * spec.out_channels;
  }

  ConvolutionSpec spec;
  Precision precision;
  int pictures_at_once;
  std::unique_ptr<ConvolutionKernel> kernel;
  std::vector<Worker> workers;
};

/// Threads only read what is made here.
void Convolution::Inside::prepare(int batch) {
  const int threads = Convolution::threads();
  workers.resize(threads);
  for (int t = 0; t < threads; ++t) {
    const auto share = static_cast<int>(int64_t{batch} * (t + 1) / threads - int64_t{batch} * t / threads);
    workers[t].space.resize(std::min(share, pictures_at_once) * output_bytes());
    if (share >= pictures_at_once) kernel->prepare(t, pictures_at_once);
    if (const int rest = share % pictures_at_once; rest > 0) kernel->prepare(t, rest);
  }
}

/// Calls `work(worker, part)` for every part of the batch.
template <class Work>
void Convolution::Inside::share_out(int batch, const Work& work) {
  const auto threads = static_cast<int>(workers.size());
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int t = 0; t < threads; ++t) {
    Worker& worker = workers[t];
    try {
      const auto last = static_cast<int>(int64_t{batch} * (t + 1) / threads);
      for (auto first = static_cast<int>(int64_t{batch} * t / threads); first < last;) {
        const Part part{first, std::min(pictures_at_once, last - first), t};
        work(worker, part);
        first += part.pictures;
      }
    } catch (...) {
      worker.failure = std::current_exception();
    }
  }
  for (Worker& worker : workers)
    if (worker.failure) std::rethrow_exception(std::exchange(worker.failure, nullptr));
}

Convolution::Convolution(const ConvolutionSpec& spec, Precision precision)
    : inside_(
          runtime::with_margay_errors("fused", [&] { return std::make_unique<Inside>(spec, precision); })) {}
Convolution::~Convolution() = default;
Convolution::Convolution(Convolution&&) noexcept = default;
Convolution& Convolution::operator=(Convolution&&) noexcept = default;

int Convolution::threads() {
  return omp_get_max_threads();
}

Precision Convolution::precision() const {
  return inside_->precision;
}

bool Convolution::is_supported(const ConvolutionSpec& spec, Precision precision) {
  return spec.out_height() > 0 && spec.out_width() > 0 &&
         (is_winograd_supported(spec, precision) || is_direct_supported(spec, precision));
}

void Convolution::forward(int batch, const void* input, const float* weight, const float* bias, void* output,
                          const Visit& visit) {
  runtime::with_margay_errors("fused",
                              [&] { inside_->run_forward(batch, input, weight, bias, output, visit); });
}

bool Convolution::pools() const {
  return inside_->kernel->pools();
}

void Convolution::forward_pooled(int batch, const void* input, const float* weight, const float* bias,
                                 const PooledOutput& pooled) {
  runtime::with_margay_errors("fused", [&] { inside_->run_pooled(batch, input, weight, bias, pooled); });
}

void Convolution::backward(int batch, const void* input, const float* weight,
                           const GradientSource& gradient_of, void* input_gradient, float* weight_gradient) {
  runtime::with_margay_errors("fused", [&] {
    inside_->run_backward(batch, input, weight, gradient_of, input_gradient, weight_gradient);
  });
}

void Convolution::Inside::run_forward(int batch, const void* input, const float* weight, const float* bias,
                                      void* output, const Visit& visit) {
  prepare(batch);
  kernel->lay_out(weight);
  const auto* from = static_cast<const uint8_t*>(input);
  auto* to = static_cast<uint8_t*>(output);
  share_out(batch, [&](Worker& worker, const Part& part) {
    void* place = to ? to + part.first * output_bytes() : worker.space.data();
    kernel->forward(part.thread, part.pictures, from + part.first * input_bytes(), bias, place);
    visit(part, place);
  });
}

void Convolution::Inside::run_pooled(int batch, const void* input, const float* weight, const float* bias,
                                     const PooledOutput& pooled) {
  prepare(batch);
  kernel->lay_out(weight);
  const int64_t maxima = int64_t{spec.out_height() / 2} * (spec.out_width() / 2) * spec.out_channels;
  const auto* from = static_cast<const uint8_t*>(input);
  auto* to = static_cast<uint8_t*>(pooled.output);
  share_out(batch, [&](Worker&, const Part& part) {
    const int64_t at = part.first * maxima;
    kernel->forward_pooled(
        part.thread, part.pictures, from + part.first * input_bytes(), bias,
        {to + at * bytes_of(precision), pooled.choice ? pooled.choice + at : nullptr, pooled.relu});
  });
}

void Convolution::Inside::run_backward(int batch, const void* input, const float* weight,
                                       const GradientSource& gradient_of, void* input_gradient,
                                       float* weight_gradient) {
  prepare(batch);
  if (input_gradient) kernel->lay_out_back(weight);
  if (weight_gradient) kernel->start_weight_gradient();
  const auto* from = static_cast<const uint8_t*>(input);
  auto* to = static_cast<uint8_t*>(input_gradient);
  share_out(batch, [&](Worker& worker, const Part& part) {
    const void* gradient = gradient_of(part, worker.space.data());
    const int64_t at = part.first * input_bytes();
    if (weight_gradient) kernel->add_weight_gradient(part.thread, part.pictures, from + at, gradient);
    if (to) kernel->backward(part.thread, part.pictures, gradient, to + at);
  });
  if (weight_gradient) kernel->finish_weight_gradient(weight_gradient);
}

}  // namespace margay::fused
