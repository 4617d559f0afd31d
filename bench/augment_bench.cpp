// How many pictures a second one core augments, per transform, at 150 x 150 and 224 x 224.
//   augment_bench [--benchmark_filter=...]
#include <benchmark/benchmark.h>

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "margay/augment/affine.h"
#include "margay/augment/batch_mix.h"
#include "margay/augment/pipeline.h"

namespace {

using namespace margay;

constexpr size_t kBatch = 64;

image::Image drawn_picture(int side) {
  image::Image picture(side, side);
  Random random{1};
  uint8_t* value = picture.pixels.data();
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x)
      for (int c = 0; c < 3; ++c)
        *value++ = static_cast<uint8_t>(120 + 90 * std::sin(x * 0.05 + c) * std::cos(y * 0.07) +
                                        random.uniform(-20, 20));
  return picture;
}

void count_pictures(benchmark::State& state, size_t per_iteration) {
  state.counters["pictures/s"] = benchmark::Counter(static_cast<double>(state.iterations() * per_iteration),
                                                    benchmark::Counter::kIsRate);
}

void pictures(benchmark::State& state, const std::string& text) {
  const auto pipeline = augment::Pipeline::parse(text);
  const image::Image picture = drawn_picture(static_cast<int>(state.range(0)));
  image::Image out(picture.width, picture.height);
  uint64_t key = 0;
  for (auto _ : state) {
    Random random{++key};
    pipeline.apply(picture, out, random);
    benchmark::DoNotOptimize(out.pixels.data());
  }
  count_pictures(state, 1);
}

void batches(benchmark::State& state, const std::string& text) {
  const auto pipeline = augment::Pipeline::parse(text);
  const auto side = static_cast<int>(state.range(0));
  const image::Image picture = drawn_picture(side);
  std::vector<uint8_t> batch;
  for (size_t i = 0; i < kBatch; ++i) batch.insert(batch.end(), picture.pixels.begin(), picture.pixels.end());
  std::vector<uint32_t> samples(kBatch);
  std::iota(samples.begin(), samples.end(), 0u);
  int epoch = 0;
  for (auto _ : state) {
    augment::mix_batch(augment::draw_mixes(pipeline.mix(), samples, side, side, 1, ++epoch), side, side,
                       batch);
    benchmark::DoNotOptimize(batch.data());
  }
  count_pictures(state, kBatch);
}

/// The resampling alone: turned by 20 degrees, with corners outside.
void resample(benchmark::State& state) {
  const image::Image picture = drawn_picture(static_cast<int>(state.range(0)));
  image::Image out(picture.width, picture.height);
  const double c = std::cos(0.35), s = std::sin(0.35), half = picture.width / 2.0;
  const augment::AffineMap map{c, -s, half * (1 - c + s), s, c, half * (1 - c - s)};
  for (auto _ : state) {
    augment::resample(picture, map, augment::Fill::nearest, 0, out);
    benchmark::DoNotOptimize(out.pixels.data());
  }
  count_pictures(state, 1);
}
BENCHMARK(resample)->Arg(150)->Arg(224)->Unit(benchmark::kMicrosecond);

void register_all() {
  std::vector<std::string> texts(augment::transform_names().begin(), augment::transform_names().end());
  for (const char* text : {"grayscale=1", "erase=1", "all", "all,fill=reflect", "all,fill=constant",
                           "brightness,contrast", "brightness,contrast,saturation,hue",
                           "crop,flip,brightness=0.4,contrast=0.4,saturation=0.4,hue=0.1,grayscale=0.2,blur"})
    texts.emplace_back(text);
  for (const std::string& text : texts) {
    const bool mixes = !augment::Pipeline::parse(text).mix().empty();
    benchmark::RegisterBenchmark(text.c_str(), mixes ? batches : pictures, text)
        ->Arg(150)
        ->Arg(224)
        ->Unit(benchmark::kMicrosecond);
  }
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  register_all();
  benchmark::RunSpecifiedBenchmarks();
}
