// Sums are taken picture by picture in float and put together in double, in the order of the pictures: any
// number of threads gives the same.
#include "margay/fused/conv_norm.h"

#include <omp.h>

#include <algorithm>
#include <cmath>

#include "margay/fused/float_lanes.h"

namespace margay::fused {
namespace {

/// Calls `work(picture, its first value)` for each picture, by several threads at once, each of which begins
/// with the last of its share: a convolution has just been there, so that the third-level cache still has it,
/// and the next convolution begins where this ends.
template <class Work>
void for_pictures(int batch, int64_t values, const Work& work) {
#pragma omp parallel
  {
    const int threads = omp_get_num_threads(), t = omp_get_thread_num();
    const auto first = static_cast<int>(int64_t{batch} * t / threads);
    for (auto picture = static_cast<int>(int64_t{batch} * (t + 1) / threads); picture-- > first;)
      work(picture, picture * values);
  }
}

}  // namespace

ConvNorm::ConvNorm(const ConvNormSpec& spec, Precision precision)
    : spec_(spec),
      convolution_(spec.convolution, precision),
      scale_(spec.convolution.out_channels),
      offset_(spec.convolution.out_channels) {}

bool ConvNorm::is_supported(const ConvNormSpec& spec, Precision precision) {
  return spec.convolution.out_channels % 8 == 0 && Convolution::is_supported(spec.convolution, precision);
}

double ConvNorm::inverse_deviation(float variance) const {
  return 1 / std::sqrt(double{variance} + spec_.eps);
}

void ConvNorm::set_affine(const Parameters& parameters, const float* mean, const float* variance) {
  for (int c = 0; c < channels(); ++c) {
    const double scale = parameters.gamma[c] * inverse_deviation(variance[c]);
    scale_[c] = static_cast<float>(scale);
    offset_[c] = static_cast<float>(parameters.beta[c] - mean[c] * scale);
  }
}

void ConvNorm::train(int batch, const void* input, const Parameters& parameters, const void* residual,
                     double momentum, void* convolved, void* output, const Statistics& used,
                     const Statistics& running) {
  const auto run = [&]<class Bits>(Bits*) {
    auto* values = static_cast<Bits*>(convolved);
    measure(batch, input, parameters, values, used);
    set_affine(parameters, used.mean, used.variance);
    normalize_all(batch, values, static_cast<const Bits*>(residual), static_cast<Bits*>(output));
  };
  if (convolution_.precision() == Precision::bfloat16)
    run(static_cast<uint16_t*>(nullptr));
  else
    run(static_cast<uint32_t*>(nullptr));
  const auto count = static_cast<double>(batch * pixels());
  const double unbiased = count / std::max(1.0, count - 1);
  // Of what was there before, rounding would leave a trace.
  const auto move = [&](float& now, auto to) {
    now = momentum == 1 ? static_cast<float>(to) : now + static_cast<float>(momentum * (to - now));
  };
  for (int c = 0; c < channels(); ++c) {
    move(running.mean[c], used.mean[c]);
    move(running.variance[c], used.variance[c] * unbiased);
  }
}

/// The convolution, with mean and variance of its output. Each picture's sums are of differences from its
/// first pixel, so that a large mean takes nothing from the variance (Chan et al. 1979 for what is put
/// together).
template <class Bits>
void ConvNorm::measure(int batch, const void* input, const Parameters& parameters, Bits* convolved,
                       const Statistics& used) {
  const size_t size = static_cast<size_t>(batch) * channels();
  sums_.assign(size, 0);
  others_.assign(size, 0);
  shift_.resize(size);
  const auto visit = [&](const Part& part, void* output) {
    for (int i = 0; i < part.pictures; ++i) {
      const Bits* values = static_cast<const Bits*>(output) + i * pixels() * channels();
      const int64_t at = int64_t{part.first + i} * channels();
      std::transform(values, values + channels(), shift_.begin() + at,
                     [](Bits bits) { return widened(bits); });
      add_moments(pixels(), channels(), values, shift_.data() + at, sums_.data() + at, others_.data() + at);
    }
  };
  convolution_.forward(batch, input, parameters.weight, parameters.bias, convolved, visit);
  const auto count = static_cast<double>(pixels());
  for (int c = 0; c < channels(); ++c) {
    double seen = 0, mean = 0, spread = 0;
    for (int picture = 0; picture < batch; ++picture, seen += count) {
      const size_t at = static_cast<size_t>(picture) * channels() + c;
      const double sum = sums_[at], picture_mean = shift_[at] + sum / count;
      const double away = picture_mean - mean;
      spread += others_[at] - sum * sum / count + away * away * seen * count / (seen + count);
      mean += away * count / (seen + count);
    }
    used.mean[c] = static_cast<float>(mean);
    used.variance[c] = static_cast<float>(spread < 0 ? 0 : spread / seen);  // NaN stays
  }
}

template <class Bits>
void ConvNorm::normalize_all(int batch, const Bits* convolved, const Bits* residual, Bits* output) const {
  for_pictures(batch, pixels() * channels(), [&](int, int64_t at) {
    const Normalization<Bits> what{scale_.data(), offset_.data(), residual ? residual + at : nullptr,
                                   spec_.relu, spec_.ceiling};
    normalize(pixels(), channels(), convolved + at, what, output + at);
  });
}

void ConvNorm::train_frozen(int batch, const void* input, const Parameters& parameters, const void* residual,
                            const Statistics& running, void* convolved, void* output) {
  set_affine(parameters, running.mean, running.variance);
  if (convolution_.precision() == Precision::bfloat16)
    normalize_each(batch, input, parameters, static_cast<const uint16_t*>(residual),
                   static_cast<uint16_t*>(convolved), static_cast<uint16_t*>(output));
  else
    normalize_each(batch, input, parameters, static_cast<const uint32_t*>(residual),
                   static_cast<uint32_t*>(convolved), static_cast<uint32_t*>(output));
}

void ConvNorm::infer(int batch, const void* input, const Parameters& parameters, const void* residual,
                     const Statistics& running, void* output) {
  train_frozen(batch, input, parameters, residual, running, output, output);
}

/// Each part while it is in the cache. `convolved` may be `output`.
template <class Bits>
void ConvNorm::normalize_each(int batch, const void* input, const Parameters& parameters,
                              const Bits* residual, Bits* convolved, Bits* output) {
  const auto visit = [&](const Part& part, void* values) {
    const int64_t at = part.first * pixels() * channels();
    const Normalization<Bits> what{scale_.data(), offset_.data(), residual ? residual + at : nullptr,
                                   spec_.relu, spec_.ceiling};
    normalize(part.pictures * pixels(), channels(), static_cast<const Bits*>(values), what, output + at);
  };
  convolution_.forward(batch, input, parameters.weight, parameters.bias, convolved, visit);
}

void ConvNorm::backward(int batch, const BackwardInput& saved, const Parameters& parameters,
                        const Gradients& gradients) {
  set_affine(parameters, saved.used.mean, saved.used.variance);
  if (convolution_.precision() == Precision::bfloat16)
    backward_in<uint16_t>(batch, saved, parameters, gradients);
  else
    backward_in<uint32_t>(batch, saved, parameters, gradients);
}

template <class Bits>
void ConvNorm::backward_in(int batch, const BackwardInput& saved, const Parameters& parameters,
                           const Gradients& gradients) {
  const int64_t values = pixels() * channels();
  sums_.assign(static_cast<size_t>(batch) * channels(), 0);
  others_.assign(sums_.size(), 0);
  auto* residual = static_cast<Bits*>(gradients.residual);
  const bool mask_by_output = spec_.relu && residual, mask_by_values = spec_.relu && !residual;
  const auto given_at = [&](int64_t at) {
    return NormalizedGradient<Bits>{static_cast<const Bits*>(saved.output_gradient) + at,
                                    static_cast<const Bits*>(saved.convolved) + at,
                                    mask_by_output ? static_cast<const Bits*>(saved.output) + at : nullptr,
                                    mask_by_values ? scale_.data() : nullptr,
                                    mask_by_values ? offset_.data() : nullptr,
                                    spec_.ceiling};
  };
  for_pictures(batch, values, [&](int picture, int64_t at) {
    const int64_t sums = int64_t{picture} * channels();
    add_gradients(pixels(), channels(), given_at(at), saved.used.mean, sums_.data() + sums,
                  others_.data() + sums, residual ? residual + at : nullptr);
  });
  // The gradient of a value is scale * (gradient - its mean - deviation * the mean of their product /
  // variance), and scale * gradient where statistics are frozen.
  std::vector<float> by_value(channels()), constant(channels());
  const auto count = static_cast<double>(batch * pixels());
  for (int c = 0; c < channels(); ++c) {
    double sum = 0, product = 0;
    for (int picture = 0; picture < batch; ++picture) {
      sum += sums_[static_cast<size_t>(picture) * channels() + c];
      product += others_[static_cast<size_t>(picture) * channels() + c];
    }
    const double inverse = inverse_deviation(saved.used.variance[c]), scale = parameters.gamma[c] * inverse;
    const double slope = -scale * inverse * inverse * product / count;
    gradients.beta[c] = static_cast<float>(sum);
    gradients.gamma[c] = static_cast<float>(product * inverse);
    if (saved.frozen) continue;
    by_value[c] = static_cast<float>(slope);
    constant[c] = static_cast<float>(-scale * sum / count - slope * saved.used.mean[c]);
  }
  const auto gradient_of = [&](const Part& part, void* space) -> const void* {
    const int64_t at = part.first * values;
    NormalizedGradient<Bits> given = given_at(at);
    if (residual) given.gradient = residual + at, given.output = nullptr;  // ReLU is behind them
    value_gradients(part.pictures * pixels(), channels(), given,
                    {scale_.data(), by_value.data(), constant.data()}, static_cast<Bits*>(space));
    return space;
  };
  convolution_.backward(batch, saved.input, parameters.weight, gradient_of, gradients.input,
                        gradients.weight);
}

}  // namespace margay::fused
