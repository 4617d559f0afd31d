// Times decoding and steps, and divides.
#include "margay/workflow/time_plan.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "margay/core/error.h"
#include "margay/core/number_text.h"
#include "margay/core/option_text.h"
#include "margay/data/decoded_cache.h"
#include "margay/graph/with_input.h"
#include "margay/train/picture_sizes.h"
#include "margay/train/report_time.h"
#include "margay/workflow/benchmark_pictures.h"
#include "margay/workflow/step_speed.h"

namespace margay::workflow {
namespace {

using analysis::TimePlan;
using Clock = std::chrono::steady_clock;

constexpr int kSteps = 4;                                // whose pictures are decoded to measure with
constexpr double kMeasuring = 1.0 / 50;                  // of the budget
constexpr int kFewestSteps = 1;                          // of each network and size: a budget may be short
constexpr double kPatience = 10;                         // times that, for a step on a busy machine
constexpr int kMeasurements = 3;                         // of networks and sizes, which share that
constexpr int kMultiple = 8;                             // of pixels, that sizes shrink to
constexpr std::array kFactors{0.875, 0.75, 0.625, 0.5};  // of the sides of pictures

int shrunk(int pixels, double factor) {
  return std::max(kMultiple, static_cast<int>(std::lround(pixels * factor / kMultiple)) * kMultiple);
}

recipe::Config with_network(const recipe::Config& config, const std::string& name) {
  Json document = config.to_document();
  document["network"].erase("layers");
  document["network"].erase("initializer");  // each has its own
  document["network"]["name"] = name;
  return recipe::Config::from_document(document, config.source.recipe);
}

/// Whether the network takes pictures with so many pixels on the longer side, in the shape of the input.
bool takes(const graph::Graph& network, recipe::Config config, int longer) try {
  config.schedule.sizes = {longer};
  config.schedule.size_shares.clear();
  const data::PictureSize size = train::PictureSizes(config).all().front();
  (void)graph::with_input(network, {3, size.height, size.width});
  return true;
} catch (const ModelError&) {
  return false;
}

/// Sizes that would be too small for the network are the smallest that it takes; nothing where even the input
/// would be too small. Speed is measured with pictures in the shape of the whole input.
std::optional<recipe::Config> with_pictures_of(const recipe::Config& whole, const graph::Graph& network,
                                               double factor) {
  recipe::Config smaller = whole;
  smaller.input.width = shrunk(whole.input.width, factor);
  smaller.input.height = shrunk(whole.input.height, factor);
  const int longer = std::max(smaller.input.width, smaller.input.height);
  const auto fits = [&](int size) { return takes(network, smaller, size) && takes(network, whole, size); };
  if (!fits(longer)) return std::nullopt;
  for (int& size : smaller.schedule.sizes) {
    size = std::min(longer, shrunk(size, factor));
    while (size < longer && !fits(size)) size = std::min(longer, size + kMultiple);
  }
  return smaller;
}

/// One plan in the making.
class Planner {
 public:
  Planner(const recipe::Config& config, const data::Dataset& dataset, double seconds, WorkerPool& pool,
          const std::stop_token& stop)
      : config_(config),
        dataset_(dataset),
        pool_(pool),
        stop_(stop),
        start_(Clock::now()),
        seconds_(seconds) {}

  TimePlan plan() {
    decode_sample();
    TimePlan plan;
    for (const recipe::Config& candidate : candidates_of_budget()) {
      plan = measured(candidate);
      if (is_enough(plan.images_per_second)) break;
    }
    if (may_choose()) shrink(plan);
    plan.epochs = pictures_shown(plan.images_per_second) / static_cast<double>(train().samples.size());
    recipe::change_epochs(plan.config, std::clamp(static_cast<int>(std::lround(plan.epochs)), 1, 1'000'000));
    return plan;
  }

 private:
  const data::Split& train() const { return dataset_.split("train"); }

  void decode_sample() {
    take_fewer_per_step();
    const auto batch = static_cast<size_t>(config_.training.batch_size * config_.training.accumulate);
    const data::Split sample = spread(train(), kSteps * batch);
    const Clock::time_point start = Clock::now();
    sample_->classes = dataset_.classes;
    sample_->train = data::DecodedCache::build(sample, config_.input, pool_, {.stop = stop_});
    const std::chrono::duration<double> taken = Clock::now() - start;
    decode_s_ = taken.count() / static_cast<double>(sample.samples.size());
    require<DataError>(
        sample_->train.size() >= 2 * batch, "train.budget",
        fmt::format("{}, fewer than two steps take",
                    part_of(static_cast<int64_t>(sample_->train.size()),
                            static_cast<int64_t>(sample.samples.size()), "picture", "decodes", "decode")),
        "`inspect` says what is wrong with them"_worded);
  }

  /// Where all pictures fit into one step or two, an epoch teaches little: a quarter of them is taken for
  /// each.
  void take_fewer_per_step() {
    constexpr int kStepsPerEpoch = 4, kLeastPerStep = 2;
    const auto pictures = static_cast<int64_t>(train().samples.size());
    recipe::TrainingConfig& training = config_.training;
    if (pictures >= int64_t{2} * training.batch_size * training.accumulate) return;
    const int per_step = std::max(kLeastPerStep, static_cast<int>(pictures) / kStepsPerEpoch);
    // A batch never becomes larger: there may be no memory for that.
    training.accumulate = std::max(1, per_step / training.batch_size);
    training.batch_size = std::min(training.batch_size, per_step);
  }

  double decoding_s() const {
    size_t pictures = 0;
    for (const data::Split& split : dataset_.splits) pictures += split.samples.size();
    return decode_s_ * static_cast<double>(pictures);
  }

  /// Pretrained weights are of one network, and of pictures of one size.
  bool may_choose() const { return !config_.budget.networks.empty() && config_.network.weights.empty(); }

  std::vector<recipe::Config> candidates_of_budget() const {
    if (!may_choose()) return {config_};
    std::vector<recipe::Config> candidates;
    for (const std::string& name : config_.budget.networks) candidates.push_back(with_network(config_, name));
    return candidates;
  }

  /// In what is left of the time.
  double pictures_shown(double images_per_second) const {
    const std::chrono::duration<double> spent = Clock::now() - start_;
    const double after_s = train::time_for_report(config_.budget.seconds);
    return std::max(0.0, seconds_ - spent.count() - decoding_s() - after_s) * images_per_second;
  }
  bool is_enough(double images_per_second) const {
    return pictures_shown(images_per_second) >= config_.budget.pictures;
  }

  /// Smaller pictures, until enough are shown. A picture of half the pixels takes half the time or more.
  void shrink(TimePlan& plan) const {
    const TimePlan whole = plan;
    const graph::Graph network =
        recipe::build_network(whole.config, static_cast<int>(dataset_.classes.size()));
    std::vector<std::pair<double, recipe::Config>> candidates;
    for (const double factor : kFactors)
      if (auto smaller = with_pictures_of(whole.config, network, factor))
        candidates.emplace_back(factor, std::move(*smaller));
    for (const auto& [factor, smaller] : candidates) {
      if (is_enough(plan.images_per_second)) return;
      if (factor == candidates.back().first || is_enough(whole.images_per_second / (factor * factor)))
        plan = measured(smaller);
    }
  }

  /// Over all sizes, each with its share of the epochs.
  TimePlan measured(const recipe::Config& config) const {
    std::vector<int> sizes = config.schedule.sizes;
    if (sizes.empty() && config.input != config_.input)
      sizes = {std::max(config.input.width, config.input.height)};
    std::vector<double> shares = config.schedule.size_shares;
    if (shares.empty()) shares.assign(std::max<size_t>(1, sizes.size()), 1);
    const double measuring_s = kMeasuring * seconds_ / static_cast<double>(kMeasurements * shares.size());
    double picture_s = 0;
    for (size_t i = 0; i < shares.size(); ++i) {
      recipe::Config one = config;
      one.input = config_.input;                     // what the sample is decoded for
      one.training.balance = recipe::Balance::none;  // the sample may lack a class
      one.schedule.size_shares.clear();
      if (!sizes.empty()) one.schedule.sizes = {sizes[i]};
      const StepSpeed speed = measure_steps(
          one, sample_,
          {.seconds = measuring_s, .fewest_steps = kFewestSteps, .patience_s = kPatience * measuring_s},
          stop_);
      picture_s += shares[i] * speed.timing.median_s() / (one.training.batch_size * one.training.accumulate);
    }
    return {.config = config,
            .images_per_second = std::accumulate(shares.begin(), shares.end(), 0.0) / picture_s};
  }

  recipe::Config config_;
  const data::Dataset& dataset_;
  WorkerPool& pool_;
  const std::stop_token& stop_;
  Clock::time_point start_;
  double seconds_, decode_s_ = 0;
  std::shared_ptr<train::TrainingData> sample_ = std::make_shared<train::TrainingData>();
};

}  // namespace

TimePlan plan_for_budget(const recipe::Config& config, const data::Dataset& dataset, double seconds,
                         WorkerPool& pool, const std::stop_token& stop) {
  return Planner(config, dataset, seconds, pool, stop).plan();
}

}  // namespace margay::workflow
