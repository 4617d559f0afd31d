// Pools parts while they are in the cache.
#include "margay/fused/conv_pool.h"

#include <algorithm>

#include "margay/fused/pool_rows.h"

namespace margay::fused {

ConvPool::ConvPool(const ConvPoolSpec& spec, Precision precision)
    : spec_(spec),
      convolution_(spec.convolution, precision),
      skips_zeros_(spec.pool && (precision == Precision::bfloat16
                                     ? PooledWeightGradient<uint16_t>::is_supported(spec.convolution)
                                     : PooledWeightGradient<uint32_t>::is_supported(spec.convolution))) {}

bool ConvPool::is_supported(const ConvPoolSpec& spec, Precision precision) {
  return Convolution::is_supported(spec.convolution, precision) && spec.out_height() > 0 &&
         spec.out_width() > 0;
}

void ConvPool::forward(int batch, const void* input, const float* weight, const float* bias, void* output,
                       uint8_t* choice) {
  if (convolution_.precision() == Precision::bfloat16)
    forward_in(batch, input, weight, bias, static_cast<uint16_t*>(output), choice);
  else
    forward_in(batch, input, weight, bias, static_cast<uint32_t*>(output), choice);
}

template <class Bits>
void ConvPool::forward_in(int batch, const void* input, const float* weight, const float* bias, Bits* output,
                          uint8_t* choice) {
  if (spec_.pool && convolution_.pools())
    return convolution_.forward_pooled(batch, input, weight, bias, {output, choice, spec_.relu});
  const auto visit = [&](const Part& part, void* convolved) {
    auto* values = static_cast<Bits*>(convolved);
    if (spec_.pool)
      pool(part, values, output, choice);
    else if (spec_.relu)
      rectify(part.pictures * output_values(), values);
  };
  convolution_.forward(batch, input, weight, bias, spec_.pool ? nullptr : output, visit);
}

void ConvPool::backward(int batch, const BackwardInput& saved, const Gradients& gradients) {
  sums_.assign(static_cast<size_t>(batch) * spec_.convolution.out_channels, 0);
  const auto run = [&]<class Bits>(Bits) {
    skips_zeros_ ? backward_of_maxima<Bits>(batch, saved, gradients)
                 : backward_in<Bits>(batch, saved, gradients);
  };
  if (convolution_.precision() == Precision::bfloat16)
    run(uint16_t{});
  else
    run(uint32_t{});
  if (gradients.bias) finish_bias(batch, gradients.bias);
}

void ConvPool::finish_bias(int batch, float* gradient) const {
  const int channels = spec_.convolution.out_channels;
  for (int c = 0; c < channels; ++c) {
    double sum = 0;
    for (int picture = 0; picture < batch; ++picture) sum += sums_[picture * channels + c];
    gradient[c] = static_cast<float>(sum);
  }
}

/// The gradient of the whole output of the convolution is made for that of the input alone.
template <class Bits>
void ConvPool::backward_of_maxima(int batch, const BackwardInput& saved, const Gradients& gradients) {
  const ConvolutionSpec& convolution = spec_.convolution;
  auto& parts = std::get<std::vector<PooledWeightGradient<Bits>>>(weight_parts_);
  parts.resize(Convolution::threads(), PooledWeightGradient<Bits>(convolution));
  for (auto& part : parts) part.start();
  const int64_t input_values = int64_t{convolution.height} * convolution.width * convolution.in_channels;
  const auto* input = static_cast<const Bits*>(saved.input);
  const auto* given = static_cast<const Bits*>(saved.output_gradient);
  const auto gradient_of = [&](const Part& part, void* space) -> const void* {
    const int64_t at = part.first * output_values();
    parts[part.thread].add(part.pictures, input + part.first * input_values, given + at, saved.choice + at);
    float* sums = sums_.data() + part.first * convolution.out_channels;
    if (gradients.input)
      unpool(part, saved, static_cast<Bits*>(space), sums);
    else
      add_chosen(part.pictures * output_values() / convolution.out_channels, convolution.out_channels,
                 given + at, saved.choice + at, sums);
    return space;
  };
  convolution_.backward(batch, saved.input, saved.weight, gradient_of, gradients.input, nullptr);
  PooledWeightGradient<Bits>::total(parts, gradients.weight);
}

template <class Bits>
void ConvPool::backward_in(int batch, const BackwardInput& saved, const Gradients& gradients) {
  const int channels = spec_.convolution.out_channels;
  const auto gradient_of = [&](const Part& part, void* space) -> const void* {
    float* sums = sums_.data() + part.first * channels;
    auto* gradient = static_cast<Bits*>(space);
    if (spec_.pool) {
      unpool(part, saved, gradient, sums);
      return gradient;
    }
    const int64_t at = part.first * output_values(), count = part.pictures * output_values();
    const Bits* given = static_cast<const Bits*>(saved.output_gradient) + at;
    if (spec_.relu) unrectify(count, given, static_cast<const Bits*>(saved.output) + at, gradient);
    const Bits* told = spec_.relu ? gradient : given;
    if (gradients.bias) add_pixels(count / channels, channels, told, sums);
    return told;
  };
  convolution_.backward(batch, saved.input, saved.weight, gradient_of, gradients.input, gradients.weight);
}

MaxPoolSpec ConvPool::pooling() const {
  const ConvolutionSpec& convolution = spec_.convolution;
  return {convolution.out_channels, convolution.out_height(), convolution.out_width(), spec_.relu};
}

template <class Bits>
void ConvPool::pool(const Part& part, const Bits* convolved, Bits* output, uint8_t* choice) const {
  const MaxPoolSpec pooling = this->pooling();
  for (int i = 0; i < part.pictures; ++i) {
    const int64_t at = (part.first + i) * output_values();
    pool_picture(pooling, convolved + i * pooling.input_values(), output + at,
                 choice ? choice + at : nullptr);
  }
}

/// From the gradient of the output to that of the convolution.
template <class Bits>
void ConvPool::unpool(const Part& part, const BackwardInput& saved, Bits* gradient, float* sums) const {
  const MaxPoolSpec pooling = this->pooling();
  const auto* given = static_cast<const Bits*>(saved.output_gradient);
  for (int i = 0; i < part.pictures; ++i) {
    const int64_t at = (part.first + i) * output_values();
    unpool_picture(pooling, given + at, saved.choice + at, gradient + i * pooling.input_values(), sums);
  }
}

}  // namespace margay::fused
