// How many pictures one core decodes, resizes and normalizes.
//   image_bench [--benchmark_filter=...]      drawn pictures
//   MARGAY_BENCH_PICTURES=FOLDER image_bench  the first 200 JPEGs below FOLDER instead
#include <benchmark/benchmark.h>
#include <turbojpeg.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/random.h"
#include "margay/image/decode.h"
#include "margay/image/decode_fitted.h"
#include "margay/image/encode.h"
#include "margay/image/preprocess.h"
#include "margay/image/resize.h"

namespace {

using namespace margay;
namespace fs = std::filesystem;
using Bytes = std::vector<uint8_t>;

constexpr size_t kPictures = 200;

image::Image drawn_picture(uint64_t key) {
  image::Image picture(500, 375);
  Random random{key};
  uint8_t* value = picture.pixels.data();
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x)
      for (int c = 0; c < 3; ++c)
        *value++ = static_cast<uint8_t>(120 + 90 * std::sin(x * 0.05 + c) * std::cos(y * 0.07) +
                                        random.uniform(-20, 20));
  return picture;
}

std::vector<Bytes> files_below(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".jpg") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  paths.resize(std::min(paths.size(), kPictures));
  std::vector<Bytes> files;
  for (const fs::path& path : paths) files.push_back(read_file(path));
  return files;
}

const std::vector<Bytes>& encoded() {
  static const std::vector<Bytes> files = [] {
    if (const char* folder = std::getenv("MARGAY_BENCH_PICTURES")) return files_below(folder);
    std::vector<Bytes> drawn;
    for (uint64_t key = 0; key < 20; ++key) drawn.push_back(image::encode_jpeg(drawn_picture(key)));
    return drawn;
  }();
  return files;
}

const std::vector<image::Image>& decoded() {
  static const std::vector<image::Image> pictures = [] {
    std::vector<image::Image> made;
    for (const Bytes& file : encoded()) made.push_back(image::decode(file));
    return made;
  }();
  return pictures;
}

void count_pictures(benchmark::State& state, size_t per_iteration) {
  state.counters["pictures/s"] = benchmark::Counter(static_cast<double>(state.iterations() * per_iteration),
                                                    benchmark::Counter::kIsRate);
}

void decode(benchmark::State& state) {
  for (auto _ : state)
    for (const Bytes& file : encoded()) benchmark::DoNotOptimize(image::decode(file));
  count_pictures(state, encoded().size());
}
BENCHMARK(decode)->Unit(benchmark::kMillisecond);

/// The library below alone, into memory that is there already.
class TurboJpeg {
 public:
  void decode(const Bytes& file) {
    int width = 0, height = 0, subsampling = 0, colors = 0;
    tjDecompressHeader3(handle_.get(), file.data(), file.size(), &width, &height, &subsampling, &colors);
    pixels_.resize(std::max(pixels_.size(), static_cast<size_t>(width) * height * 3));
    tjDecompress2(handle_.get(), file.data(), file.size(), pixels_.data(), width, 0, height, TJPF_RGB,
                  TJFLAG_ACCURATEDCT);
    benchmark::DoNotOptimize(pixels_.data());
  }

 private:
  std::unique_ptr<void, int (*)(tjhandle)> handle_{tjInitDecompress(), tjDestroy};
  Bytes pixels_;
};

void libjpeg_turbo(benchmark::State& state) {
  TurboJpeg turbo;
  for (auto _ : state)
    for (const Bytes& file : encoded()) turbo.decode(file);
  count_pictures(state, encoded().size());
}
BENCHMARK(libjpeg_turbo)->Unit(benchmark::kMillisecond);

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Both by turns, picture by picture, so that what else the machine does slows both down: `ratio` is
/// margay's speed over that of libjpeg-turbo alone.
void decode_against_libjpeg_turbo(benchmark::State& state) {
  TurboJpeg turbo;
  double ours_s = 0, theirs_s = 0;
  for (auto _ : state)
    for (const Bytes& file : encoded()) {
      const double begin = cpu_seconds();
      benchmark::DoNotOptimize(image::decode(file));
      const double middle = cpu_seconds();
      turbo.decode(file);
      ours_s += middle - begin, theirs_s += cpu_seconds() - middle;
    }
  state.counters["ratio"] = theirs_s / ours_s;
}
BENCHMARK(decode_against_libjpeg_turbo)->Unit(benchmark::kMillisecond);

/// All the way to the input of a network; a small one lets the JPEG be scaled while it is decoded.
void decode_fitted(benchmark::State& state) {
  image::Preprocess spec;
  spec.width = spec.height = static_cast<int>(state.range(0));
  for (auto _ : state)
    for (const Bytes& file : encoded()) benchmark::DoNotOptimize(image::decode_fitted(file, spec));
  count_pictures(state, encoded().size());
}
BENCHMARK(decode_fitted)->Arg(32)->Arg(64)->Arg(150)->Arg(224)->Unit(benchmark::kMillisecond);

void resize(benchmark::State& state) {
  const auto kernel = static_cast<image::Kernel>(state.range(0));
  const auto side = static_cast<int>(state.range(1));
  for (auto _ : state)
    for (const image::Image& picture : decoded())
      benchmark::DoNotOptimize(image::resize(picture, side, side, kernel));
  state.SetLabel(std::string(image::name_of(kernel)));
  count_pictures(state, decoded().size());
}
BENCHMARK(resize)->ArgsProduct({{1, 2, 3}, {150, 224}})->Unit(benchmark::kMillisecond);

void normalize(benchmark::State& state) {
  const Bytes pixels(150 * 150 * 3, 100);
  std::vector<float> values(pixels.size());
  for (auto _ : state) {
    image::normalize(pixels, {}, values);
    benchmark::DoNotOptimize(values.data());
  }
  count_pictures(state, 1);
}
BENCHMARK(normalize)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
