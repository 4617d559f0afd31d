// Measures one thing after the other: the peak, loading, training, prediction.
#include "margay/workflow/benchmark.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <set>
#include <utility>

#include "margay/augment/pipeline.h"
#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/core/number_text.h"
#include "margay/core/option_text.h"
#include "margay/core/timing.h"
#include "margay/data/fit_file.h"
#include "margay/data/loader.h"
#include "margay/graph/operator.h"
#include "margay/graph/summary.h"
#include "margay/graph/with_input.h"
#include "margay/runtime/peak.h"
#include "margay/runtime/runtime.h"
#include "margay/train/decide.h"
#include "margay/train/picture_sizes.h"
#include "margay/train/step_memory.h"
#include "margay/workflow/benchmark_pictures.h"
#include "margay/workflow/step_speed.h"

namespace margay::workflow {
namespace {

using analysis::Benchmark;
using analysis::NetworkSpeed;
using analysis::StepsOfSize;

constexpr int kStepsPerEpoch = 8;

/// Pictures of one step of the optimiser.
int step_pictures(const recipe::Config& config) {
  return config.training.batch_size * config.training.accumulate;
}

/// One run of the measurements.
class Measurement {
 public:
  explicit Measurement(const BenchmarkRequest& request)
      : request_(request),
        config_(train::decide(request.config)),
        graph_(recipe::build_network(config_, static_cast<int>(request.classes.size()))),
        pictures_(spread(request.pictures, static_cast<size_t>(kStepsPerEpoch * step_pictures(config_)))),
        pool_(config_.training.threads) {}

  Benchmark run();

 private:
  void require_going() const {
    require<Interrupted>(!request_.stop.stop_requested(), "bench", "stopped while measuring");
  }
  void narrate(std::string_view sentence) const {
    require_going();
    if (request_.narrate) request_.narrate(sentence);
  }
  template <class Work>
  Timing time(const Work& work) const {
    return time_repeatedly(request_.seconds, [&] {
      require_going();
      work();
    });
  }
  void measure_peaks();
  void measure_decoding();
  std::vector<std::vector<uint8_t>> decodable_files(size_t count) const;
  void measure_augmentation();
  void measure_training();
  StepsOfSize measure_steps_of(const data::PictureSize& size, double share, size_t sizes);
  NetworkSpeed mean_over_sizes();
  void measure_prediction();
  NetworkSpeed speed_of(const Timing& timing, int pictures, int64_t flops,
                        const std::optional<double>& peak) const;
  int64_t least_bytes_of_step() const;

  const BenchmarkRequest& request_;
  recipe::Config config_;
  graph::Graph graph_;
  data::Split pictures_;
  WorkerPool pool_;
  std::shared_ptr<train::TrainingData> data_ = std::make_shared<train::TrainingData>();
  Benchmark found_;
};

Benchmark Measurement::run() {
  train::require_step_fits(train::step_memory(graph_, config_), config_, pictures_.samples.size(),
                           available_memory_bytes());
  found_.config = config_;
  found_.pictures_name = request_.pictures_name;
  found_.pictures = pictures_.samples.size();
  found_.parameters = graph::summarize(graph_).trained_parameters;
  found_.forward_flops = graph::flops_of(graph_);
  measure_peaks();
  measure_decoding();
  measure_augmentation();
  measure_training();
  measure_prediction();
  found_.peak_memory_bytes = peak_memory_bytes();
  return std::move(found_);
}

void Measurement::measure_peaks() {
  narrate("measuring what the processor computes at most");
  const int threads = config_.training.deterministic ? 1 : config_.training.threads;
  found_.fp32_peak_flops =
      runtime::measure_peak_flops(runtime::Factors::float32, threads, request_.seconds, request_.stop);
  found_.bf16_peak_flops =
      runtime::measure_peak_flops(runtime::Factors::bfloat16, threads, request_.seconds, request_.stop);
}

void Measurement::measure_decoding() {
  narrate("measuring decoding");
  data_->classes = request_.classes;
  const Timing all = time([&] {
    data_->train = {};
    data_->train = data::DecodedCache::build(pictures_, config_.input, pool_);
  });
  require<DataError>(
      data_->train.size() >= static_cast<size_t>(2 * step_pictures(config_)), "bench",
      fmt::format("{}, fewer than two steps take",
                  part_of(static_cast<int64_t>(data_->train.size()),
                          static_cast<int64_t>(pictures_.samples.size()), "picture", "decodes", "decode")),
      "`inspect` says what is wrong with them"_worded);
  found_.loading.decode = static_cast<double>(pictures_.samples.size()) / all.median_s();
  const auto files = decodable_files(32);
  const Timing one = time([&] {
    for (const std::vector<uint8_t>& file : files) (void)data::fit_bytes(file, config_.input);
  });
  found_.loading.decode_one_core = static_cast<double>(files.size()) / one.median_s();
}

/// The encoded bytes of so many pictures, or of all that decode.
std::vector<std::vector<uint8_t>> Measurement::decodable_files(size_t count) const {
  std::vector<std::vector<uint8_t>> files;
  for (size_t i = 0; i < pictures_.samples.size() && files.size() < count; ++i) {
    try {
      std::vector<uint8_t> bytes = pictures_.read(i, image::DecodeOptions{}.max_file_bytes);
      if (std::holds_alternative<image::Decoded>(data::fit_bytes(bytes, config_.input)))
        files.push_back(std::move(bytes));
    } catch (const Error&) {
      continue;  // decoding has counted it already
    }
  }
  return files;
}

void Measurement::measure_augmentation() {
  narrate("measuring augmentation");
  const auto pipeline = augment::Pipeline::parse(config_.augment);
  data::LoaderOptions options{.batch_size = config_.training.batch_size, .shuffle = true};
  if (!pipeline.empty()) {
    options.transform = [&](image::ImageView in, image::ImageSpan out, Random& random, bool alternate_flip) {
      pipeline.apply(in, out, random, alternate_flip);
    };
    constexpr uint64_t kPictures = 32;
    image::Image changed(config_.input.width, config_.input.height);
    const Timing one = time([&] {
      for (uint64_t i = 0; i < kPictures; ++i) {
        Random random{i};
        pipeline.apply(data_->train.picture(i % data_->train.size()), changed, random);
      }
    });
    found_.loading.augment_one_core = kPictures / one.median_s();
  }
  data::Loader loader(data_->train, pool_, options);
  data::Batch batch;
  int epoch = 0;
  const Timing all = time([&] {
    loader.start(++epoch);
    while (loader.next(batch)) {
    }
  });
  found_.loading.batches = static_cast<double>(data_->train.size()) / all.median_s();
}

/// Each size of the schedule by itself: steps with small pictures compute less.
void Measurement::measure_training() {
  narrate("measuring training");
  const std::vector<data::PictureSize> sizes = train::PictureSizes(config_).all();
  std::vector<double> shares = config_.schedule.size_shares;
  if (shares.empty()) shares.assign(sizes.size(), 1);
  const double all_shares = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (size_t i = 0; i < sizes.size(); ++i)
    found_.training_sizes.push_back(measure_steps_of(sizes[i], shares[i] / all_shares, sizes.size()));
  found_.training = mean_over_sizes();
}

StepsOfSize Measurement::measure_steps_of(const data::PictureSize& size, double share, size_t sizes) {
  recipe::Config config = config_;
  config.schedule.size_shares.clear();
  if (sizes > 1) config.schedule.sizes = {std::max(size.width, size.height)};
  const double seconds = request_.seconds / static_cast<double>(sizes);
  const StepSpeed steps =
      measure_steps(config, data_, {.seconds = seconds, .warm_up_s = seconds}, request_.stop);
  const bool uses_bf16 = config_.training.precision == recipe::Precision::bf16;
  StepsOfSize made{.width = size.width, .height = size.height, .share = share};
  made.training_flops = graph::training_flops_of(graph::with_input(graph_, {3, size.height, size.width}));
  made.speed = speed_of(steps.timing, step_pictures(config_), made.training_flops,
                        uses_bf16 ? found_.bf16_peak_flops : found_.fp32_peak_flops);
  if (config_.training.device != recipe::Device::cpu) made.speed.share_of_peak.reset();
  made.speed.least_bytes = least_bytes_of_step();
  found_.peak_anonymous_bytes = std::max(found_.peak_anonymous_bytes, steps.peak_anonymous_bytes);
  return made;
}

/// As a whole training goes: each size has its share of the pictures.
NetworkSpeed Measurement::mean_over_sizes() {
  NetworkSpeed mean = found_.training_sizes.front().speed;
  double picture_s = 0, flops = 0;
  mean.repetitions = 0;
  for (const StepsOfSize& size : found_.training_sizes) {
    picture_s += size.share / size.speed.images_per_second;
    flops += size.share * static_cast<double>(size.training_flops);
    mean.repetitions += size.speed.repetitions;
  }
  const double peak = mean.share_of_peak ? mean.flops / *mean.share_of_peak : 0;
  mean.images_per_second = 1 / picture_s;
  mean.seconds = picture_s * mean.pictures;
  mean.flops = flops / picture_s;
  if (mean.share_of_peak) mean.share_of_peak = mean.flops / peak;
  found_.training_flops = std::llround(flops);
  return mean;
}

/// Forward and backward read the weights, a gradient is written and read, the optimiser reads and writes the
/// weights and what it remembers, and so does the average.
int64_t Measurement::least_bytes_of_step() const {
  using enum recipe::OptimizerName;
  const recipe::OptimizerConfig& optimizer = config_.optimizer;
  const int remembered =
      optimizer.name == sgd || (optimizer.name == rmsprop && optimizer.momentum == 0) ? 1 : 2;
  const int averaged = config_.training.keep == recipe::Keep::ema ? 1 : 0;
  const int passes = 2 * config_.training.accumulate + 2 + 2 + 2 * remembered + 2 * averaged;
  return found_.parameters * static_cast<int64_t>(sizeof(float)) * passes;
}

void Measurement::measure_prediction() {
  narrate("measuring prediction");
  const model::Model model{graph_,
                           graph::initialize(graph_, config_.network.initializer, config_.training.seed),
                           request_.classes, config_.input};
  predict::Predictor predictor(
      model, runtime::make_executor(model.graph, model.weights,
                                    {.threads = config_.training.threads, .is_trusted = true}));
  for (const int size : std::set{1, std::min(32, predictor.most_pictures())}) {
    std::vector<image::ImageView> batch;
    for (int i = 0; i < size; ++i)
      batch.push_back(data_->train.picture(static_cast<size_t>(i) % data_->train.size()));
    const Timing timing = time([&] { (void)predictor.predict_fitted(batch); });
    found_.prediction.push_back(speed_of(timing, size, found_.forward_flops, found_.fp32_peak_flops));
    found_.prediction.back().least_bytes = found_.parameters * static_cast<int64_t>(sizeof(float));
    found_.peak_anonymous_bytes = std::max(found_.peak_anonymous_bytes, anonymous_memory_bytes());
  }
}

NetworkSpeed Measurement::speed_of(const Timing& timing, int pictures, int64_t flops,
                                   const std::optional<double>& peak) const {
  NetworkSpeed speed{.pictures = pictures,
                     .images_per_second = pictures / timing.median_s(),
                     .seconds = timing.median_s(),
                     .repetitions = timing.repetitions()};
  speed.flops = speed.images_per_second * static_cast<double>(flops);
  if (peak) speed.share_of_peak = speed.flops / *peak;
  return speed;
}

}  // namespace

void BenchmarkRequest::validate() const {
  require(seconds >= 0 && seconds <= 3600, "bench",
          fmt::format("{} seconds for each measurement, expected 0 to 3600", seconds));
  require(!pictures.samples.empty() && classes.size() >= 2, "bench",
          fmt::format("{} pictures of {} classes, expected at least 1 of 2", pictures.samples.size(),
                      classes.size()));
}

Benchmark run_benchmark(const BenchmarkRequest& request) {
  request.validate();
  return Measurement(request).run();
}

}  // namespace margay::workflow
