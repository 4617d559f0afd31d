// Kernels against the loops that define them. What chains of them give as a whole, tests/engine compares with
// libtorch's operators.
#include <doctest/doctest.h>
#include <omp.h>

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/fused/conv_norm.h"
#include "margay/fused/conv_pool.h"
#include "margay/fused/convolution.h"
#include "margay/fused/dense.h"
#include "margay/fused/pooled_weight_gradient.h"
#include "margay/fused/weight_gradient.h"

using namespace margay;
using namespace margay::fused;

namespace {

uint16_t narrowed(float value) {
  uint16_t bits = 0;
  to_bfloat16(1, &value, &bits);
  return bits;
}
float widened(uint16_t bits) {
  return std::bit_cast<float>(uint32_t{bits} << 16);
}

/// Whole numbers from -4 to 4, whose sums of products bfloat16 and float32 keep exactly.
std::vector<uint16_t> numbers(size_t count, unsigned seed) {
  std::vector<uint16_t> values(count);
  for (uint16_t& value : values)
    value = narrowed(static_cast<float>((seed = seed * 1664525u + 1013904223u) >> 28) - 7.0f);
  return values;
}

/// bfloat16 or float32 of the same value, or of the nearest.
template <class Bits>
Bits as_bits(float value) {
  return sizeof(Bits) == 2 ? narrowed(value) : static_cast<Bits>(std::bit_cast<uint32_t>(value));
}
template <class Bits>
std::vector<Bits> as_bits(const std::vector<uint16_t>& values) {
  std::vector<Bits> bits;
  for (const uint16_t value : values) bits.push_back(as_bits<Bits>(widened(value)));
  return bits;
}

/// The gradient of `pictures` pictures' weights by the loops that define it.
std::vector<float> weight_gradient_of(const ConvolutionSpec& spec, int pictures,
                                      const std::vector<uint16_t>& input,
                                      const std::vector<uint16_t>& gradient) {
  const int k = spec.kernel, in = spec.in_channels, out = spec.out_channels;
  std::vector<float> sums(size_t(out) * k * k * in);
  for (int n = 0; n < pictures; ++n)
    for (int y = 0; y < spec.out_height(); ++y)
      for (int x = 0; x < spec.out_width(); ++x)
        for (int ky = 0; ky < k; ++ky)
          for (int kx = 0; kx < k; ++kx) {
            const int iy = y * spec.stride - spec.padding + ky, ix = x * spec.stride - spec.padding + kx;
            if (iy < 0 || iy >= spec.height || ix < 0 || ix >= spec.width) continue;
            const uint16_t* from = input.data() + ((size_t(n) * spec.height + iy) * spec.width + ix) * in;
            const uint16_t* to =
                gradient.data() + ((size_t(n) * spec.out_height() + y) * spec.out_width() + x) * out;
            for (int o = 0; o < out; ++o)
              for (int i = 0; i < in; ++i)
                sums[((size_t(o) * k + ky) * k + kx) * in + i] += widened(to[o]) * widened(from[i]);
          }
  return sums;
}

const std::vector<ConvolutionSpec> kShapes{
    {.in_channels = 3, .height = 15, .width = 13, .out_channels = 16, .kernel = 3, .padding = 1},
    {.in_channels = 16, .height = 9, .width = 10, .out_channels = 32, .kernel = 3, .stride = 2, .padding = 1},
    {.in_channels = 7, .height = 9, .width = 5, .out_channels = 9, .kernel = 5, .stride = 3, .padding = 2},
    {.in_channels = 64, .height = 3, .width = 3, .out_channels = 40, .kernel = 1},
    {.in_channels = 24, .height = 7, .width = 8, .out_channels = 24, .kernel = 3, .dilation = 2},
    {.in_channels = 3,
     .height = 80,
     .width = 80,
     .out_channels = 32,
     .kernel = 3,
     .stride = 2,
     .padding = 1}};

}  // namespace

TEST_CASE("a processor with vectors of 512 bits has the kernels that are tested here") {
  const ConvolutionSpec &first = kShapes[0], &strided = kShapes[1], &narrow = kShapes[3];
  const ConvolutionSpec winograd{
      .in_channels = 16, .height = 8, .width = 8, .out_channels = 16, .kernel = 3, .padding = 1};
  for (const Precision precision : {Precision::float32, Precision::bfloat16}) {
    const bool is_bf16 = precision == Precision::bfloat16;
    if (is_bf16 ? !cpu_has_bf16() : !cpu_has_avx512()) continue;
    CAPTURE(is_bf16);
    for (const ConvolutionSpec* spec : {&first, &strided, &narrow, &winograd}) {
      CAPTURE(spec->kernel);
      CAPTURE(spec->in_channels);
      CHECK(Convolution::is_supported(*spec, precision));
      CHECK(ConvPool::is_supported({.convolution = *spec, .pool = true, .relu = true}, precision));
      CHECK(ConvNorm::is_supported({.convolution = *spec}, precision));
    }
    CHECK(Convolution(winograd, precision).pools());
    CHECK((is_bf16 ? PooledWeightGradient<uint16_t>::is_supported(first)
                   : PooledWeightGradient<uint32_t>::is_supported(first)));
    if (is_bf16) CHECK((WeightGradient::is_supported(strided) && Dense::is_supported({}, precision)));
  }
}

TEST_CASE("float32 becomes the nearest bfloat16 and the even one of two") {
  CHECK(narrowed(1.0f) == 0x3F80);
  CHECK(narrowed(1.00390625f) == 0x3F80);  // halfway to 0x3F81
  CHECK(narrowed(1.01171875f) == 0x3F82);  // halfway from 0x3F81
  CHECK(narrowed(1.004f) == 0x3F81);
  CHECK(narrowed(-0.0f) == 0x8000);
  CHECK(narrowed(std::numeric_limits<float>::infinity()) == 0x7F80);
  CHECK(narrowed(std::numeric_limits<float>::max()) == 0x7F80);
  CHECK(std::isnan(widened(narrowed(std::numeric_limits<float>::quiet_NaN()))));
  CHECK(std::isnan(widened(narrowed(std::bit_cast<float>(0x7FFFFFFFu)))));
  const std::vector<float> many(100'003, -2.5f);
  std::vector<uint16_t> bits(many.size());
  to_bfloat16(static_cast<int64_t>(many.size()), many.data(), bits.data());
  CHECK(bits == std::vector<uint16_t>(many.size(), 0xC020));
}

TEST_CASE("pooling takes the first of equal maxima and its gradient goes there") {
  const MaxPoolSpec spec{.channels = 21, .height = 5, .width = 7, .relu = true};
  const std::vector<uint16_t> input = numbers(spec.input_values(), 1);
  std::vector<uint16_t> output(spec.output_values()), back(input.size(), 0xFFFF);
  std::vector<uint8_t> choice(output.size());
  std::vector<float> sums(spec.channels, 1);
  pool_picture(spec, input.data(), output.data(), choice.data());
  const std::vector<uint16_t> ones(output.size(), 0x3F80);
  unpool_picture(spec, ones.data(), choice.data(), back.data(), sums.data());
  const auto at = [&](int y, int x, int c) { return (size_t(y) * spec.width + x) * spec.channels + c; };
  std::vector<float> expected_back(input.size()), expected_sums(spec.channels, 1);
  for (int y = 0; y < spec.out_height(); ++y)
    for (int x = 0; x < spec.out_width(); ++x)
      for (int c = 0; c < spec.channels; ++c) {
        size_t best = at(2 * y, 2 * x, c);
        for (const size_t other :
             {at(2 * y, 2 * x + 1, c), at(2 * y + 1, 2 * x, c), at(2 * y + 1, 2 * x + 1, c)})
          if (widened(input[other]) > widened(input[best])) best = other;
        const float most = std::max(0.0f, widened(input[best]));
        CHECK(widened(output[(size_t(y) * spec.out_width() + x) * spec.channels + c]) == most);
        if (most > 0) expected_back[best] = 1, expected_sums[c] += 1;
      }
  for (size_t i = 0; i < back.size(); ++i) CHECK(widened(back[i]) == expected_back[i]);
  CHECK(sums == expected_sums);
}

TEST_CASE("the gradient of weights is the sum over all pixels") {
  for (const ConvolutionSpec& spec : kShapes) {
    if (!WeightGradient::is_supported(spec)) continue;
    const auto input = numbers(size_t{3} * spec.height * spec.width * spec.in_channels, 2);
    const auto gradient = numbers(size_t{3} * spec.out_height() * spec.out_width() * spec.out_channels, 3);
    const std::vector<float> expected = weight_gradient_of(spec, 3, input, gradient);
    std::vector<float> weight(expected.size());
    WeightGradient one(spec), rest(spec), idle(spec);
    one.add(3, input.data(), gradient.data());
    one.start();  // forgets them
    one.add(1, input.data(), gradient.data());
    rest.add(1, input.data() + input.size() / 3, gradient.data() + gradient.size() / 3);
    rest.add(1, input.data() + 2 * input.size() / 3, gradient.data() + 2 * gradient.size() / 3);
    WeightGradient::total(std::array<const WeightGradient*, 3>{&one, &rest, &idle}, weight.data());
    CAPTURE(spec.in_channels);
    CAPTURE(spec.kernel);
    CHECK(weight == expected);
  }
}

TEST_CASE_TEMPLATE("the gradient of weights behind pooling is that of the pooled gradient, taken apart", Bits,
                   uint16_t, uint32_t) {
  const std::vector<ConvolutionSpec> shapes{
      {.in_channels = 3, .height = 15, .width = 13, .out_channels = 16, .kernel = 3, .padding = 1},
      {.in_channels = 16, .height = 9, .width = 10, .out_channels = 48, .kernel = 3},
      {.in_channels = 9, .height = 2, .width = 2, .out_channels = 16, .kernel = 3, .padding = 1},
      {.in_channels = 1, .height = 4, .width = 37, .out_channels = 32, .kernel = 3, .padding = 2},
      {.in_channels = 64, .height = 75, .width = 75, .out_channels = 16, .kernel = 3, .padding = 1}};
  for (const ConvolutionSpec& spec : shapes) {
    if (!PooledWeightGradient<Bits>::is_supported(spec)) continue;
    const MaxPoolSpec pooling{spec.out_channels, spec.out_height(), spec.out_width(), true};
    const auto input = numbers(size_t{2} * spec.height * spec.width * spec.in_channels, 4);
    const auto convolved = numbers(2 * pooling.input_values(), 5);
    const auto gradient = numbers(2 * pooling.output_values(), 6);
    std::vector<uint16_t> pooled(gradient.size()), apart(convolved.size());
    std::vector<uint8_t> choice(gradient.size());
    pool_pictures(pooling, 2, convolved.data(), pooled.data(), choice.data());
    unpool_pictures(pooling, 2, gradient.data(), choice.data(), apart.data());
    const std::vector<float> expected = weight_gradient_of(spec, 2, input, apart);
    std::vector<float> weight(expected.size());
    std::vector<PooledWeightGradient<Bits>> parts(3, PooledWeightGradient<Bits>(spec));
    const std::vector<Bits> inputs = as_bits<Bits>(input), gradients = as_bits<Bits>(gradient);
    parts[0].add(2, inputs.data(), gradients.data(), choice.data());
    parts[0].start();  // forgets them
    parts[0].add(1, inputs.data(), gradients.data(), choice.data());
    parts[2].add(1, inputs.data() + inputs.size() / 2, gradients.data() + gradients.size() / 2,
                 choice.data() + choice.size() / 2);
    PooledWeightGradient<Bits>::total(parts, weight.data());
    CAPTURE(spec.in_channels);
    CAPTURE(spec.width);
    CHECK(weight == expected);
  }
}

TEST_CASE_TEMPLATE("a convolution is the sum over its kernel, and so is its way back", Bits, uint16_t,
                   uint32_t) {
  omp_set_num_threads(2);
  const std::vector<ConvolutionSpec> shapes{
      // Weights are laid out in slices.
      {.in_channels = 96, .height = 4, .width = 5, .out_channels = 128, .kernel = 5, .padding = 2},
      // By Winograd's algorithm.
      {.in_channels = 96, .height = 4, .width = 5, .out_channels = 128, .kernel = 3, .padding = 1},
      {.in_channels = 16, .height = 7, .width = 9, .out_channels = 48, .kernel = 3, .padding = 1},
      {.in_channels = 48, .height = 5, .width = 3, .out_channels = 16, .kernel = 3},
      {.in_channels = 32, .height = 1, .width = 2, .out_channels = 32, .kernel = 3, .padding = 2},
      {.in_channels = 16, .height = 1, .width = 1, .out_channels = 16, .kernel = 3, .padding = 1},
      {.in_channels = 64, .height = 33, .width = 34, .out_channels = 32, .kernel = 3, .padding = 1}};
  constexpr int kPictures = 3;
  for (const ConvolutionSpec& spec : shapes) {
    constexpr Precision precision = sizeof(Bits) == 2 ? Precision::bfloat16 : Precision::float32;
    if (!Convolution::is_supported(spec, precision)) continue;
    const int k = spec.kernel, in = spec.in_channels, out = spec.out_channels;
    const size_t in_values = size_t(spec.height) * spec.width * in,
                 out_values = size_t(spec.out_height()) * spec.out_width() * out;
    const auto input = numbers(kPictures * in_values, 10), gradient = numbers(kPictures * out_values, 12);
    std::vector<float> weight;
    for (const uint16_t value : numbers(size_t(out) * k * k * in, 11)) weight.push_back(widened(value));
    std::vector<float> expected(kPictures * out_values, 3), expected_back(kPictures * in_values);
    for (int n = 0; n < kPictures; ++n)
      for (int y = 0; y < spec.out_height(); ++y)
        for (int x = 0; x < spec.out_width(); ++x)
          for (int ky = 0; ky < k; ++ky)
            for (int kx = 0; kx < k; ++kx) {
              const int iy = y - spec.padding + ky, ix = x - spec.padding + kx;
              if (iy < 0 || iy >= spec.height || ix < 0 || ix >= spec.width) continue;
              const size_t to = n * out_values + (size_t(y) * spec.out_width() + x) * out;
              const size_t from = n * in_values + (size_t(iy) * spec.width + ix) * in;
              for (int o = 0; o < out; ++o)
                for (int i = 0; i < in; ++i) {
                  const float w = weight[((size_t(o) * k + ky) * k + kx) * in + i];
                  expected[to + o] += widened(input[from + i]) * w;
                  expected_back[from + i] += widened(gradient[to + o]) * w;
                }
            }
    const std::vector<Bits> inputs = as_bits<Bits>(input), gradients = as_bits<Bits>(gradient);
    const std::vector<float> bias(out, 3);
    std::vector<Bits> output(expected.size()), back(expected_back.size());
    std::vector<float> weight_gradient(weight.size());
    Convolution kernel(spec, precision);
    for (int round = 0; round < 2; ++round) {  // the second over what the first left
      kernel.forward(kPictures, inputs.data(), weight.data(), bias.data(), output.data(),
                     [](const Part&, void*) {});
      kernel.backward(
          kPictures, inputs.data(), weight.data(),
          [&](const Part& part, void*) { return gradients.data() + part.first * out_values; }, back.data(),
          weight_gradient.data());
    }
    const auto wrong = [](const std::vector<Bits>& got, const std::vector<float>& wanted) {
      size_t count = 0;
      for (size_t i = 0; i < got.size(); ++i) count += got[i] != as_bits<Bits>(wanted[i]);
      return count;
    };
    CAPTURE(spec.in_channels);
    CAPTURE(spec.width);
    CHECK(wrong(output, expected) == 0);
    CHECK(wrong(back, expected_back) == 0);
    CHECK(weight_gradient == weight_gradient_of(spec, kPictures, input, gradient));
    for (const bool relu : {false, true}) {
      const MaxPoolSpec pooling{out, spec.out_height(), spec.out_width(), relu};
      if (!kernel.pools() || pooling.output_values() == 0) continue;
      std::vector<Bits> maxima(kPictures * pooling.output_values()), expected_maxima(maxima.size());
      std::vector<uint8_t> choice(maxima.size()), expected_choice(maxima.size());
      pool_pictures(pooling, kPictures, output.data(), expected_maxima.data(), expected_choice.data());
      kernel.forward_pooled(kPictures, inputs.data(), weight.data(), bias.data(),
                            {maxima.data(), choice.data(), relu});
      CHECK(maxima == expected_maxima);
      // Of two that bfloat16 rounds alike, only the output's first is the maximum.
      if (precision == Precision::float32) CHECK(choice == expected_choice);
    }
  }
}

TEST_CASE("a picture with NaN has it where the convolution looked at it, and where that was pooled") {
  const ConvolutionSpec spec{.in_channels = 16, .height = 8, .width = 8, .out_channels = 16, .kernel = 3};
  if (!Convolution::is_supported(spec, Precision::float32)) return;
  Convolution kernel(spec, Precision::float32);
  if (!kernel.pools()) return;
  std::vector<float> input(size_t{8} * 8 * 16, 1), weight(size_t{16} * 9 * 16, -1),
      maxima(size_t{3} * 3 * 16);
  input[(size_t{3} * 8 + 3) * 16] = std::numeric_limits<float>::quiet_NaN();  // the pixel in row and column 3
  kernel.forward_pooled(1, input.data(), weight.data(), nullptr, {maxima.data(), nullptr, true});
  for (size_t y = 0; y < 3; ++y)
    for (size_t x = 0; x < 3; ++x)
      for (size_t o = 0; o < 16; ++o) {
        const float maximum = maxima[(y * 3 + x) * 16 + o];
        CHECK((y < 2 && x < 2 ? std::isnan(maximum) : maximum == 0));
      }
}

TEST_CASE("a dense layer is the products of matrices that define it") {
  omp_set_num_threads(2);
  if (!Dense::is_supported({}, Precision::bfloat16)) return;
  struct Case {
    size_t batch, in, out;
  };
  for (const auto& row : {Case{1, 1, 1}, Case{3, 31, 2}, Case{8, 100, 7}, Case{13, 4133, 9}, Case{32, 96, 24},
                          Case{29, 65, 33}}) {
    const auto& [batch, in, out] = row;
    const std::vector<uint16_t> input = numbers(batch * in, 7), weight = numbers(out * in, 8),
                                gradient = numbers(batch * out, 9);
    std::vector<float> bias(out, -3), output(batch * out), input_gradient(batch * in),
        weight_gradient(out * in), bias_gradient(out);
    for (size_t n = 0; n < batch; ++n)
      for (size_t o = 0; o < out; ++o) {
        float sum = bias[o];
        for (size_t i = 0; i < in; ++i) sum += widened(input[n * in + i]) * widened(weight[o * in + i]);
        output[n * out + o] = std::max(0.0f, widened(narrowed(sum)));
        const float back = sum > 0 ? widened(gradient[n * out + o]) : 0;
        bias_gradient[o] += back;
        for (size_t i = 0; i < in; ++i) {
          input_gradient[n * in + i] += back * widened(weight[o * in + i]);
          weight_gradient[o * in + i] += back * widened(input[n * in + i]);
        }
      }
    Dense kernel({.in_features = int64_t(in), .out_features = int64_t(out), .relu = true},
                 Precision::bfloat16);
    std::vector<uint16_t> got(batch * out), got_input(batch * in);
    std::vector<float> got_weight(out * in), got_bias(out);
    for (int round = 0; round < 2; ++round) {
      kernel.forward(int64_t(batch), input.data(), weight.data(), bias.data(), got.data());
      kernel.backward(int64_t(batch), {input.data(), weight.data(), got.data(), gradient.data()},
                      {got_input.data(), got_weight.data(), got_bias.data()});
    }
    CAPTURE(row.batch);
    CAPTURE(row.in);
    for (size_t i = 0; i < got.size(); ++i) CHECK(widened(got[i]) == output[i]);
    size_t wrong = 0;
    for (size_t i = 0; i < got_input.size(); ++i)
      wrong += widened(got_input[i]) != widened(narrowed(input_gradient[i]));
    CHECK(wrong == 0);
    CHECK(got_weight == weight_gradient);
    CHECK(got_bias == bias_gradient);
  }
}

TEST_CASE("two threads give the same again and leave other memory alone") {
  omp_set_num_threads(2);  // what is beyond the vectors, the sanitizers see
  for (const Precision precision : {Precision::float32, Precision::bfloat16}) {
    const size_t size = precision == Precision::bfloat16 ? 2 : 4;
    for (const ConvolutionSpec& spec : kShapes) {
      for (const int batch : {1, 2, 7}) {
        const size_t in = size_t(batch) * spec.height * spec.width * spec.in_channels;
        const size_t out = size_t(batch) * spec.out_height() * spec.out_width() * spec.out_channels;
        const std::vector<float> weight(
            size_t(spec.out_channels) * spec.kernel * spec.kernel * spec.in_channels, 0.25f),
            bias(spec.out_channels, 1);
        // As bfloat16 each is 1, and as float32 two of them are a little more.
        const std::vector<uint16_t> input(in * size / 2, 0x3F80), gradient(out * size / 2, 0x3F80);
        std::vector<uint16_t> first_output, first_gradient;
        for (int round = 0; round < 3; ++round) {
          std::vector<uint16_t> output(out * size / 2), input_gradient(in * size / 2),
              convolved(out * size / 2);
          std::vector<float> weight_gradient(weight.size()), bias_gradient(bias.size());
          for (const bool pool : {false, true}) {
            const ConvPoolSpec chain{.convolution = spec, .pool = pool, .relu = true};
            if (!ConvPool::is_supported(chain, precision)) continue;
            ConvPool kernel(chain, precision);
            std::vector<uint8_t> choice(out);
            kernel.forward(batch, input.data(), weight.data(), bias.data(), output.data(), choice.data());
            kernel.backward(batch,
                            {input.data(), weight.data(), output.data(), choice.data(), gradient.data()},
                            {input_gradient.data(), weight_gradient.data(), bias_gradient.data()});
          }
          const ConvNormSpec chain{.convolution = spec, .relu = true};
          if (ConvNorm::is_supported(chain, precision)) {
            ConvNorm kernel(chain, precision);
            std::vector<float> mean(bias), variance(bias), running_mean(bias), running_variance(bias),
                gamma(bias), beta(bias);
            const ConvNorm::Parameters parameters{weight.data(), bias.data(), bias.data(), bias.data()};
            kernel.train(batch, input.data(), parameters, nullptr, 0.1, convolved.data(), output.data(),
                         {mean.data(), variance.data()}, {running_mean.data(), running_variance.data()});
            kernel.backward(
                batch,
                {input.data(),
                 convolved.data(),
                 output.data(),
                 gradient.data(),
                 {mean.data(), variance.data()}},
                parameters,
                {input_gradient.data(), nullptr, weight_gradient.data(), gamma.data(), beta.data()});
          }
          if (first_output.empty()) first_output = output, first_gradient = input_gradient;
          CHECK(output == first_output);
          CHECK(input_gradient == first_gradient);
        }
      }
    }
  }
}

TEST_CASE("with a momentum of 1 nothing of earlier statistics is left") {
  const ConvNormSpec spec{
      .convolution = {.in_channels = 3, .height = 8, .width = 8, .out_channels = 16, .kernel = 3}};
  if (!ConvNorm::is_supported(spec, Precision::float32)) {
    MESSAGE("SKIPPED: needs AVX-512");
    return;
  }
  constexpr int kBatch = 2;
  std::vector<float> input, weight;
  for (const uint16_t value : numbers(kBatch * 8 * 8 * 3, 1)) input.push_back(widened(value));
  for (const uint16_t value : numbers(16 * 3 * 3 * 3, 2)) weight.push_back(widened(value));
  const std::vector<float> ones(16, 1);
  std::vector<float> output(kBatch * 6 * 6 * 16), convolved(output), mean(ones), variance(ones);
  const auto statistics_after = [&](float before) {
    std::vector<float> running(32, before);
    ConvNorm(spec, Precision::float32)
        .train(kBatch, input.data(), {weight.data(), ones.data(), ones.data(), ones.data()}, nullptr, 1,
               convolved.data(), output.data(), {mean.data(), variance.data()},
               {running.data(), running.data() + 16});
    return running;
  };
  const std::vector<float> expected = statistics_after(0);
  for (const float before : {1.0f, 0.1f, 1e8f}) CHECK(statistics_after(before) == expected);
}

TEST_CASE("what oneDNN refuses is an error of margay's") {
  const ConvolutionSpec too_small{.in_channels = 3, .height = 2, .width = 2, .out_channels = 8, .kernel = 5};
  CHECK_FALSE(Convolution::is_supported(too_small, Precision::float32));
  CHECK_THROWS_AS(Convolution(too_small, Precision::float32), Error);
}
