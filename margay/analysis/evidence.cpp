// Smooths a history and measures it.
#include "margay/analysis/evidence.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <span>

#include "margay/core/wilson_interval.h"

namespace margay::analysis {
namespace {

// The smoothed validation loss counts as risen at this multiple of its minimum: shuffling alone moves it by 2
// or 3 %.
constexpr double kRisenLoss = 1.05;
// A training loss that rises from one epoch to the next by this share of guessing's loss has jumped.
constexpr double kJump = 0.15;
// Standard deviation of one picture's loss around its mean, for networks as sure as they are right.
constexpr double kPictureLoss = 0.6;
// So has a batch with a loss this many times that of guessing: its network is sure of wrong answers.
constexpr double kHighBatch = 4;
// A network that has stopped learning is underfitting below chance + this share of the way to 100 %.
constexpr double kLowLevel = 0.5;
// A balanced accuracy this far above that of guessing has found something of every class, or much of some.
constexpr double kBalancedLead = 0.15;
// A gap below this is nothing to talk about, even with endless validation pictures.
constexpr double kSmallGap = 0.02;

bool is_validated(const run::EpochRecord& record) {
  return std::isfinite(record.val_accuracy);
}

run::History comparable_epochs(const run::History& history) {
  if (std::ranges::none_of(history, is_validated)) return history;
  run::History kept;
  std::ranges::copy_if(history, std::back_inserter(kept), [](const run::EpochRecord& record) {
    return is_validated(record) || !std::isfinite(record.loss);
  });
  return kept;
}

/// Three epochs even out a single outlier; long trainings are read with a wider glass.
int smoothing_window(int epochs) {
  return epochs < 5 ? 1 : epochs < 50 ? 3 : (epochs / 10) | 1;
}

// Validation pictures where their number is not known.
constexpr int64_t kUnknownCount = 600;
// A validation loss below this share of that of guessing, the least of it, knows something.
constexpr double kKnowingLoss = 0.95;
// An accuracy this far above guessing's is worth having.
constexpr double kWorthHaving = 0.15;
// With fewer steps nothing is learned, whatever the rate.
constexpr int64_t kFewSteps = 50;

double binomial_error(double share, double count) {
  const double p = std::clamp(share, 0.01, 0.99);  // at 0 and 1 the formula would promise certainty
  return std::sqrt(p * (1 - p) / count);
}

/// Whether the interval of a share of so many pictures ends below a limit.
bool is_surely_below(double share, int64_t count, double limit) {
  const int64_t right = std::clamp<int64_t>(std::llround(share * static_cast<double>(count)), 0, count);
  return wilson_interval(right, count).high < limit;
}

}  // namespace

Evidence::Evidence(const run::History& history, const DiagnosisContext& context)
    : history_(comparable_epochs(history)),
      context_(context),
      validated_(std::ranges::any_of(history, is_validated)),
      trained_epochs_(history.empty() ? 0 : history.back().epoch) {
  for (const run::EpochRecord& record : history_) {
    loss_.push_back(record.loss), accuracy_.push_back(record.accuracy);
    val_loss_.push_back(record.val_loss), val_accuracy_.push_back(record.val_accuracy);
  }
  const int window = smoothing_window(epochs());
  smooth_loss_ = moving_median(loss_, window), smooth_accuracy_ = moving_median(accuracy_, window);
  smooth_val_loss_ = moving_median(val_loss_, window),
  smooth_val_accuracy_ = moving_median(val_accuracy_, window);
}

std::optional<size_t> Evidence::first_not_finite() const {
  for (size_t i = 0; i < history_.size(); ++i) {
    const bool validation = !is_validated(history_[i]) || std::isfinite(val_loss_[i]);
    if (!std::isfinite(loss_[i]) || !validation) return i;
  }
  return std::nullopt;
}

int Evidence::level_epochs() const {
  return epochs() < 5 ? 1 : 3;
}

double Evidence::level(const std::vector<double>& values) const {
  return median(std::span(values).last(std::min<size_t>(values.size(), level_epochs())));
}

Levels Evidence::levels() const {
  return {.training = training_level(),
          .validation = validated() ? validation_level() : kUnknown,
          .epochs = level_epochs(),
          .every_epoch = epochs() == trained_epochs()};
}

Gap Evidence::gap_facts() const {
  return {levels(), gap(), gap_error()};
}

LossTrend Evidence::trend_facts() const {
  return {.levels = levels(),
          .points = training_trend().points,
          .epochs = epochs_of_trend(),
          .training_change = training_trend().relative_change,
          .validation_change = validated() ? validation_trend().relative_change : kUnknown};
}

double Evidence::error_at(double accuracy) const {
  return binomial_error(
      accuracy,
      static_cast<double>(context_.validation_count > 0 ? context_.validation_count : kUnknownCount));
}

double Evidence::gap_error() const {
  const auto count = static_cast<double>(context_.train_count);
  return std::hypot(validation_error(), count > 0 ? binomial_error(training_level(), count) : 0);
}

bool Evidence::few_steps() const {
  return context_.steps_per_epoch > 0 && steps() < kFewSteps;
}

double Evidence::validation_error() const {
  return error_at(validation_level());
}

double Evidence::validation_chance() const {
  const double share = context_.validation_majority_share;
  return share > 0 ? std::max(1.0 / std::max(2, context_.classes), share) : chance();
}

double Evidence::chance_error() const {
  return error_at(validation_chance());
}

bool Evidence::may_be_guessed(double val_accuracy) const {
  const double balanced = run::other_value(last(), run::kBalancedAccuracy);
  const bool finds_all = balanced > 1.0 / std::max(2, context_.classes) + kBalancedLead;
  return val_accuracy < validation_chance() + 2 * chance_error() && !finds_all;
}

bool Evidence::is_surely_guessed(double val_accuracy) const {
  const int64_t count = context_.validation_count > 0 ? context_.validation_count : kUnknownCount;
  return may_be_guessed(val_accuracy) &&
         is_surely_below(val_accuracy, count, validation_chance() + kWorthHaving);
}

bool Evidence::training_is_surely_guessed() const {
  return context_.train_count > 0 &&
         is_surely_below(training_level(), context_.train_count, chance() + kWorthHaving);
}

double Evidence::chance() const {
  return std::max(1.0 / std::max(2, context_.classes), context_.majority_share);
}

double Evidence::chance_noise() const {
  const double n = context_.train_count > 0 ? static_cast<double>(context_.train_count) : 1000.0;
  return std::max(0.03, 3 * std::sqrt(chance() * (1 - chance()) / n));
}

bool Evidence::at_low_level() const {
  const auto is_low = [](double level, double chance) { return level < chance + kLowLevel * (1 - chance); };
  return is_low(training_level(), chance()) &&
         (!validated() || is_low(validation_level(), validation_chance()));
}

double Evidence::highest_loss(size_t index) const {
  const double highest = run::other_value(history_[index], run::kHighestLoss);
  return std::isnan(highest) ? loss_[index] : highest;
}

double Evidence::highest_rate() const {
  double highest = 0;
  for (const run::EpochRecord& record : history_) highest = std::fmax(highest, record.learning_rate);
  return highest;
}

double Evidence::highest_update_ratio() const {
  double highest = std::numeric_limits<double>::quiet_NaN();
  for (const run::EpochRecord& record : history_)
    highest = std::fmax(highest, run::other_value(record, run::kUpdateRatio));
  return highest;
}

double Evidence::last_update_ratio() const {
  return run::other_value(last(), run::kUpdateRatio);
}

std::vector<size_t> Evidence::jumps() const {
  // Few pictures, changed anew in every epoch, move their mean loss by that much.
  const double noise =
      context_.train_count > 0 ? kPictureLoss * std::sqrt(2 / static_cast<double>(context_.train_count)) : 0;
  std::vector<size_t> found;
  for (size_t i = 1; i < loss_.size(); ++i) {
    const bool mean_jumps = loss_[i] > loss_[i - 1] + std::max(kJump * chance_loss(), 3 * noise);
    const bool batch_jumps = highest_loss(i) > kHighBatch * chance_loss() && loss_[i - 1] < chance_loss() &&
                             loss_[i] > loss_[i - 1];
    if (mean_jumps || batch_jumps) found.push_back(i);
  }
  return found;
}

double Evidence::best_validation() const {
  return *std::ranges::max_element(smooth_val_accuracy_);
}

double Evidence::guessing_loss(double share) const {
  const double p = std::min(share, 1 - 1e-9);
  const double other_classes = std::max(1, context_.classes - 1);
  return -p * std::log(p) - (1 - p) * std::log((1 - p) / other_classes);
}

double Evidence::chance_loss() const {
  return guessing_loss(chance());
}

double Evidence::validation_chance_loss() const {
  return std::min(chance_loss(), guessing_loss(validation_chance()));
}

bool Evidence::validation_tells_something() const {
  if (!validated()) return false;
  const double loss = validation_loss_level();
  return !may_be_guessed(validation_level()) || loss < kKnowingLoss * validation_chance_loss();
}

int Evidence::trend_length() const {
  const auto alike = std::ranges::count_if(
      history_, [&](const run::EpochRecord& record) { return record.epoch >= context_.alike_since; });
  return std::min(static_cast<int>(alike), std::clamp(epochs() / 3, 6, 20));
}

int Evidence::epochs_of_trend() const {
  const size_t before = history_.size() - static_cast<size_t>(trend_length());
  return last().epoch - (before == 0 ? 0 : history_[before - 1].epoch);
}

size_t Evidence::lowest_val_loss() const {
  const auto smooth = std::ranges::min_element(smooth_val_loss_) - smooth_val_loss_.begin();
  // The median moves a sharp turn by half a window at most: the turn itself is the lowest value near there.
  const int half = smoothing_window(epochs()) / 2;
  const auto first = std::max<ptrdiff_t>(0, smooth - half),
             last = std::min<ptrdiff_t>(epochs() - 1, smooth + half);
  return static_cast<size_t>(std::min_element(val_loss_.begin() + first, val_loss_.begin() + last + 1) -
                             val_loss_.begin());
}

bool Evidence::val_loss_rises() const {
  const size_t lowest = lowest_val_loss();
  return lowest + 2 < history_.size() && smooth_val_loss_.back() > kRisenLoss * smooth_val_loss_[lowest] &&
         smooth_loss_.back() < smooth_loss_[lowest];
}

int Evidence::gap_since() const {
  const double noise = std::max(kSmallGap, gap_error());
  size_t since = history_.size();
  while (since > 0 && smooth_accuracy_[since - 1] - smooth_val_accuracy_[since - 1] > noise) --since;
  return history_[std::min(since, history_.size() - 1)].epoch;
}

}  // namespace margay::analysis
