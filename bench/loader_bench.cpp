// How many pictures the loader has ready for a training per second of one core, all threads counted:
// decoding, which the first epoch waits for, then epochs from memory and from a packed file, as `article` and
// `article-regularized` ask for them.
//   MARGAY_BENCH_DATA=DATA loader_bench [--benchmark_filter=...]      DATA is what margay train takes
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "margay/augment/pipeline.h"
#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/data/loader.h"
#include "margay/recipe/recipe.h"

namespace {

using namespace margay;
namespace fs = std::filesystem;

const data::Split& pictures() {
  static const data::Dataset dataset = [] {
    const char* path = std::getenv("MARGAY_BENCH_DATA");
    require(path != nullptr, "loader_bench", "MARGAY_BENCH_DATA names no data set");
    return data::Dataset::open(path);
  }();
  return dataset.splits.front();
}

recipe::Config config_of(const std::string& name) {
  return recipe::Config::from_document(recipe::load_document(name), name);
}

fs::path packed_folder() {
  return fs::temp_directory_path() / "margay-loader-bench";
}

data::DecodedCache decode(const recipe::Config& config, WorkerPool& pool, bool packed) {
  data::CacheOptions options;
  options.packed_folder = packed_folder();
  if (packed) options.limit_bytes = 0;
  return data::DecodedCache::build(pictures(), config.input, pool, options);
}

void count_pictures(benchmark::State& state, size_t per_iteration) {
  state.counters["pictures/s"] = benchmark::Counter(static_cast<double>(state.iterations() * per_iteration),
                                                    benchmark::Counter::kIsRate);
}

void first_decoding(benchmark::State& state) {
  WorkerPool pool(usable_cpus());
  const recipe::Config config = config_of("article");
  for (auto _ : state) {
    const data::DecodedCache cache = decode(config, pool, false);
    benchmark::DoNotOptimize(cache.picture(0).pixels);
  }
  count_pictures(state, pictures().samples.size());
}

void epochs(benchmark::State& state, const std::string& recipe, bool packed) {
  WorkerPool pool(usable_cpus());
  const recipe::Config config = config_of(recipe);
  const data::DecodedCache cache = decode(config, pool, packed);
  const auto pipeline = augment::Pipeline::parse(config.augment);
  data::LoaderOptions options{.batch_size = config.training.batch_size, .shuffle = true};
  if (!pipeline.empty())
    options.transform = [&](image::ImageView in, image::ImageSpan out, Random& random, bool alternate_flip) {
      pipeline.apply(in, out, random, alternate_flip);
    };
  data::Loader loader(cache, pool, options);
  data::Batch batch;
  int epoch = 0;
  for (auto _ : state) {
    loader.start(++epoch);
    while (loader.next(batch)) benchmark::DoNotOptimize(batch.pixels.data());
  }
  count_pictures(state, cache.size());
}

void register_all() {
  const auto time_all_threads = [](benchmark::internal::Benchmark* one) {
    one->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);
  };
  time_all_threads(benchmark::RegisterBenchmark("decode", first_decoding));
  for (const std::string recipe : {"article", "article-regularized"})
    for (const bool packed : {false, true})
      time_all_threads(benchmark::RegisterBenchmark((recipe + (packed ? "/packed" : "/memory")).c_str(),
                                                    epochs, recipe, packed));
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  register_all();
  benchmark::RunSpecifiedBenchmarks();
  std::error_code ignored;
  fs::remove_all(packed_folder(), ignored);
}
