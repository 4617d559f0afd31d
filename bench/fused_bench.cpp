// How fast the kernels of training are: convolutions of the recipe `article` and 32 to 32 channels at 80 x
// 80, a dense layer, and the passes over what lies between them. Convolutions run on OMP_NUM_THREADS threads,
// passes on one.
//   fused_bench [--benchmark_filter=bf16]
#include <benchmark/benchmark.h>

#include <array>
#include <string>
#include <type_traits>
#include <vector>

#include "margay/fused/conv_pool.h"
#include "margay/fused/convolution.h"
#include "margay/fused/dense.h"
#include "margay/fused/norm_rows.h"
#include "margay/fused/pool_rows.h"
#include "margay/fused/pooled_weight_gradient.h"
#include "margay/fused/weight_gradient.h"

namespace {

using namespace margay;
using namespace margay::fused;

constexpr int kBatch = 32;

/// The number 0.5 so many times, as bits.
template <class Bits>
std::vector<Bits> halves(int64_t count) {
  return std::vector<Bits>(static_cast<size_t>(count), std::is_same_v<Bits, uint16_t> ? 0x3F00 : 0x3F000000);
}

template <class Bits>
constexpr Precision kPrecision = std::is_same_v<Bits, uint16_t> ? Precision::bfloat16 : Precision::float32;
template <class Bits>
const std::string kSuffix = std::is_same_v<Bits, uint16_t> ? "/bf16" : "/fp32";

int64_t input_values(const ConvolutionSpec& spec) {
  return int64_t{kBatch} * spec.height * spec.width * spec.in_channels;
}
int64_t output_values(const ConvolutionSpec& spec) {
  return int64_t{kBatch} * spec.out_height() * spec.out_width() * spec.out_channels;
}
int64_t weight_values(const ConvolutionSpec& spec) {
  return int64_t{spec.out_channels} * spec.kernel * spec.kernel * spec.in_channels / spec.groups;
}

/// `passes` over all multiply-adds of a batch in each iteration.
void count_flops(benchmark::State& state, const ConvolutionSpec& spec, int passes) {
  const double flops = 2.0 * static_cast<double>(output_values(spec)) *
                       static_cast<double>(weight_values(spec) / spec.out_channels) * passes;
  const auto iterations = static_cast<double>(state.iterations());
  state.counters["pictures/s"] = benchmark::Counter(iterations * kBatch, benchmark::Counter::kIsRate);
  state.counters["FLOP/s"] = benchmark::Counter(iterations * flops, benchmark::Counter::kIsRate);
}

template <class Bits>
void forward(benchmark::State& state, ConvolutionSpec spec) {
  Convolution convolution(spec, kPrecision<Bits>);
  const auto input = halves<Bits>(input_values(spec));
  auto output = halves<Bits>(output_values(spec));
  const std::vector<float> weight(static_cast<size_t>(weight_values(spec)), 0.5f),
      bias(static_cast<size_t>(spec.out_channels));
  for (auto _ : state)
    convolution.forward(kBatch, input.data(), weight.data(), bias.data(), output.data(),
                        [](const Part&, void*) {});
  count_flops(state, spec, 1);
}

/// With ReLU and maxima of 2 x 2, which are all that is written.
template <class Bits>
void forward_pooled(benchmark::State& state, ConvolutionSpec spec) {
  ConvPool kernel({.convolution = spec, .pool = true, .relu = true}, kPrecision<Bits>);
  const auto input = halves<Bits>(input_values(spec));
  auto output = halves<Bits>(output_values(spec) / 4);
  std::vector<uint8_t> choice(output.size());
  const std::vector<float> weight(static_cast<size_t>(weight_values(spec)), 0.5f),
      bias(static_cast<size_t>(spec.out_channels));
  for (auto _ : state)
    kernel.forward(kBatch, input.data(), weight.data(), bias.data(), output.data(), choice.data());
  count_flops(state, spec, 1);
}

/// The first convolution of a network has no gradient of its input.
template <class Bits>
void backward(benchmark::State& state, ConvolutionSpec spec) {
  Convolution convolution(spec, kPrecision<Bits>);
  const bool is_first = spec.in_channels == 3;
  const auto input = halves<Bits>(input_values(spec)), gradient = halves<Bits>(output_values(spec));
  auto input_gradient = input;
  std::vector<float> weight(static_cast<size_t>(weight_values(spec)), 0.5f), weight_gradient = weight;
  const int64_t of_picture = output_values(spec) / kBatch;
  const auto gradient_of = [&](const Part& part, void*) -> const void* {
    return gradient.data() + part.first * of_picture;
  };
  for (auto _ : state)
    convolution.backward(kBatch, input.data(), weight.data(), gradient_of,
                         is_first ? nullptr : input_gradient.data(), weight_gradient.data());
  count_flops(state, spec, is_first ? 1 : 2);
}

void weight_gradient(benchmark::State& state, ConvolutionSpec spec) {
  if (!WeightGradient::is_supported(spec)) return state.SkipWithError("not on this processor");
  WeightGradient kernel(spec);
  const auto input = halves<uint16_t>(input_values(spec)), gradient = halves<uint16_t>(output_values(spec));
  std::vector<float> weight(static_cast<size_t>(weight_values(spec)));
  for (auto _ : state) {
    kernel.start();
    kernel.add(kBatch, input.data(), gradient.data());
    WeightGradient::total(std::array<const WeightGradient*, 1>{&kernel}, weight.data());
  }
  count_flops(state, spec, 1);
}

/// Behind pooling, whose gradient went to the first of four; counted as if nothing were skipped.
template <class Bits>
void pooled_weight_gradient(benchmark::State& state, ConvolutionSpec spec) {
  if (!PooledWeightGradient<Bits>::is_supported(spec)) return state.SkipWithError("not on this processor");
  std::vector<PooledWeightGradient<Bits>> kernel(1, PooledWeightGradient<Bits>(spec));
  const auto input = halves<Bits>(input_values(spec));
  const auto gradient = halves<Bits>(output_values(spec) / 4);
  const std::vector<uint8_t> choice(gradient.size());
  std::vector<float> weight(static_cast<size_t>(weight_values(spec)));
  for (auto _ : state) {
    kernel[0].start();
    kernel[0].add(kBatch, input.data(), gradient.data(), choice.data());
    PooledWeightGradient<Bits>::total(kernel, weight.data());
  }
  count_flops(state, spec, 1);
}

/// Forward and back, with so many pictures.
void dense(benchmark::State& state, int64_t batch) {
  const DenseSpec spec{.in_features = 20736, .out_features = 512, .relu = true};
  if (!Dense::is_supported(spec, Precision::bfloat16)) return state.SkipWithError("not on this processor");
  Dense kernel(spec, Precision::bfloat16);
  const int64_t weights = spec.in_features * spec.out_features;
  const auto input = halves<uint16_t>(batch * spec.in_features), weight = halves<uint16_t>(weights);
  auto output = halves<uint16_t>(batch * spec.out_features), gradient = output, input_gradient = input;
  std::vector<float> bias(spec.out_features), weight_gradient(weights);
  for (auto _ : state) {
    kernel.forward(batch, input.data(), weight.data(), bias.data(), output.data());
    kernel.backward(batch, {input.data(), weight.data(), output.data(), gradient.data()},
                    {input_gradient.data(), weight_gradient.data(), bias.data()});
  }
  const auto flops = static_cast<double>(state.iterations() * 6 * batch * weights);
  state.counters["FLOP/s"] = benchmark::Counter(flops, benchmark::Counter::kIsRate);
}

/// Values of the larger side that a pass reads or writes a second; rows stay in the cache.
void count_values(benchmark::State& state, int64_t values) {
  state.counters["values/s"] =
      benchmark::Counter(static_cast<double>(state.iterations() * values), benchmark::Counter::kIsRate);
}

constexpr int kChannels = 32, kWidth = 74;

template <class Bits>
void pool(benchmark::State& state) {
  const PoolRow row{kWidth / 2, kChannels, true};
  const auto top = halves<Bits>(kWidth * kChannels), bottom = top;
  auto out = halves<Bits>(kWidth / 2 * kChannels);
  std::vector<uint8_t> choice(out.size());
  for (auto _ : state) {
    pool_row(row, top.data(), bottom.data(), out.data(), choice.data());
    benchmark::ClobberMemory();
  }
  count_values(state, 2 * kWidth * kChannels);
}

template <class Bits>
void unpool(benchmark::State& state) {
  const PoolRow row{kWidth / 2, kChannels, true};
  const auto gradient = halves<Bits>(kWidth / 2 * kChannels);
  const std::vector<uint8_t> choice(gradient.size(), 2);
  auto top = halves<Bits>(kWidth * kChannels), bottom = top;
  std::vector<float> sums(kChannels);
  for (auto _ : state) {
    unpool_row(row, gradient.data(), choice.data(), top.data(), bottom.data(), sums.data());
    benchmark::ClobberMemory();
  }
  count_values(state, 2 * kWidth * kChannels);
}

/// The passes of batch normalisation forward (moments, normalisation) and back (sums, gradient).
template <class Bits>
void normalise(benchmark::State& state) {
  constexpr int64_t kPixels = 80 * 8;
  const auto values = halves<Bits>(kPixels * kChannels);
  auto out = values;
  const std::vector<float> mean(kChannels, 0.25f), scale(kChannels, 2), offset(kChannels, 0.125f);
  std::vector<float> sums(kChannels), squares(kChannels);
  for (auto _ : state) {
    add_moments(kPixels, kChannels, values.data(), mean.data(), sums.data(), squares.data());
    normalize(kPixels, kChannels, values.data(),
              Normalization<Bits>{scale.data(), offset.data(), nullptr, true}, out.data());
    benchmark::ClobberMemory();
  }
  count_values(state, kPixels * kChannels);
}

template <class Bits>
void normalise_back(benchmark::State& state) {
  constexpr int64_t kPixels = 80 * 8;
  const auto values = halves<Bits>(kPixels * kChannels), gradient = values;
  auto out = values;
  const std::vector<float> mean(kChannels, 0.25f), scale(kChannels, 2), offset(kChannels, 0.125f);
  std::vector<float> sums(kChannels), products(kChannels);
  const NormalizedGradient<Bits> given{gradient.data(), values.data(), nullptr, scale.data(), offset.data()};
  for (auto _ : state) {
    add_gradients(kPixels, kChannels, given, mean.data(), sums.data(), products.data(), nullptr);
    value_gradients(kPixels, kChannels, given, {scale.data(), mean.data(), offset.data()}, out.data());
    benchmark::ClobberMemory();
  }
  count_values(state, kPixels * kChannels);
}

ConvolutionSpec same(int in_channels, int side, int out_channels) {
  return {.in_channels = in_channels,
          .height = side,
          .width = side,
          .out_channels = out_channels,
          .kernel = 3,
          .padding = 1};
}

template <class Body, class... Arguments>
void add(const std::string& name, Body body, Arguments... arguments) {
  benchmark::RegisterBenchmark(name.c_str(), body, arguments...)
      ->UseRealTime()
      ->Unit(benchmark::kMicrosecond);
}

template <class Bits>
void register_for(const ConvolutionSpec& spec, const std::string& name) {
  if (!Convolution::is_supported(spec, kPrecision<Bits>)) return;
  add("forward/" + name + kSuffix<Bits>, forward<Bits>, spec);
  add("forward_pooled/" + name + kSuffix<Bits>, forward_pooled<Bits>, spec);
  add("backward/" + name + kSuffix<Bits>, backward<Bits>, spec);
}

template <class Bits>
void register_passes() {
  add("pool_row" + kSuffix<Bits>, pool<Bits>);
  add("unpool_row" + kSuffix<Bits>, unpool<Bits>);
  add("norm_rows/forward" + kSuffix<Bits>, normalise<Bits>);
  add("norm_rows/backward" + kSuffix<Bits>, normalise_back<Bits>);
}

void register_all() {
  for (const ConvolutionSpec& spec :
       {same(3, 150, 16), same(16, 75, 32), same(32, 37, 64), same(32, 80, 32), same(256, 4, 256)}) {
    const std::string name = std::to_string(spec.in_channels) + "->" + std::to_string(spec.out_channels) +
                             "x" + std::to_string(spec.height);
    register_for<uint16_t>(spec, name);
    register_for<uint32_t>(spec, name);
    add("weight_gradient/" + name + "/bf16", weight_gradient, spec);
    add("pooled_weight_gradient/" + name + "/bf16", pooled_weight_gradient<uint16_t>, spec);
    add("pooled_weight_gradient/" + name + "/fp32", pooled_weight_gradient<uint32_t>, spec);
  }
  for (const int64_t batch : {32, 128}) add("dense/" + std::to_string(batch) + "/bf16", dense, batch);
  register_passes<uint16_t>();
  register_passes<uint32_t>();
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  register_all();
  benchmark::RunSpecifiedBenchmarks();
}
