// Trainings that go well, of every length and size, with the noise that few pictures bring: how often each
// rule of the diagnosis accuses them.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "margay/analysis/diagnosis.h"
#include "margay/core/random.h"

namespace margay::analysis {
namespace {

/// A training whose training pictures are no better known than others.
struct Healthy {
  int epochs = 15;
  int64_t train_count = 400;
  int64_t validation_count = 200;
  double level = 0.85;         ///< accuracy that it comes to
  double epochs_to_learn = 3;  ///< time constant of the approach
  double first_batch = 1;      ///< loss of the worst batch of the first epoch, as a multiple of guessing's
  int classes = 2;
};

// Loss of one picture varies by this much around its mean.
constexpr double kPictureLoss = 0.6;
// Validation pictures are the same in each epoch: most of their luck is, too.
constexpr double kOwnLuck = 0.3;

/// Training pictures are changed anew in each epoch, so that each has its own luck.
run::History healthy_history(const Healthy& made, Random& random) {
  const double chance = 1.0 / made.classes, guessed = std::log(made.classes);
  const auto accuracy_error = [](double p, int64_t n) {
    return std::sqrt(p * (1 - p) / static_cast<double>(n));
  };
  const auto loss_error = [](int64_t n) { return kPictureLoss / std::sqrt(static_cast<double>(n)); };
  const double luck = random.normal();  // of the choice of validation pictures
  run::History history;
  for (int epoch = 1; epoch <= made.epochs; ++epoch) {
    const double learned = 1 - std::exp(-epoch / made.epochs_to_learn);
    const double accuracy = chance + (made.level - chance) * learned;
    const double loss = guessed * (1 - learned * (made.level - chance) / (1 - chance));
    const double val_luck = luck + kOwnLuck * random.normal(), own = random.normal();
    run::EpochRecord record;
    record.epoch = epoch, record.seconds = 1, record.images_per_second = 100, record.learning_rate = 1e-3;
    record.accuracy = std::clamp(accuracy + own * accuracy_error(accuracy, made.train_count), 0.0, 1.0);
    record.loss = std::max(0.0, loss - own * loss_error(made.train_count));
    record.val_accuracy =
        std::clamp(accuracy + val_luck * accuracy_error(accuracy, made.validation_count), 0.0, 1.0);
    record.val_loss = std::max(0.0, loss - val_luck * loss_error(made.validation_count));
    record.others = {{run::kHighestLoss, epoch == 1 ? guessed * made.first_batch : 1.5 * record.loss},
                     {run::kUpdateRatio, 1e-3}};
    history.push_back(record);
  }
  return history;
}

DiagnosisContext context_of(const Healthy& made) {
  DiagnosisContext context;
  context.classes = made.classes;
  context.train_count = made.train_count, context.validation_count = made.validation_count;
  context.steps_per_epoch = (made.train_count + 31) / 32;
  context.regularized = true;
  return context;
}

constexpr int kTrials = 1000;
// Of 1,000 trainings at a rate of 5 %, 65 is what luck makes of 50.
constexpr int kMostAlarms = 65;

/// How often each condition is found, by name.
std::map<Condition, int> count_findings(const Healthy& made) {
  std::map<Condition, int> counts;
  for (int trial = 0; trial < kTrials; ++trial) {
    Random random({static_cast<uint64_t>(trial), 22});
    for (const Finding& finding : diagnose(healthy_history(made, random), context_of(made)).findings)
      ++counts[finding.condition];
  }
  return counts;
}

void check_no_accusation(const Healthy& made) {
  CAPTURE(made.epochs);
  CAPTURE(made.train_count);
  CAPTURE(made.validation_count);
  CAPTURE(made.level);
  CAPTURE(made.epochs_to_learn);
  CAPTURE(made.first_batch);
  CAPTURE(made.classes);
  for (const auto& found : count_findings(made)) {
    const Condition condition = found.first;
    if (condition == Condition::healthy || condition == Condition::still_improving ||
        condition == Condition::too_short)
      continue;
    CAPTURE(name_of(condition));
    CHECK(found.second <= kMostAlarms);
  }
}

TEST_CASE("no rule accuses more than one in twenty trainings that go well, however short and small") {
  for (const int epochs : {3, 4, 5, 8, 15, 40})
    for (const int64_t train_count : {60, 400, 2000})
      for (const int64_t validation_count : {20, 100, 1000})
        for (const double level : {0.8, 0.9, 0.97})
          check_no_accusation({.epochs = epochs,
                               .train_count = train_count,
                               .validation_count = validation_count,
                               .level = level,
                               .epochs_to_learn = 2});
}

TEST_CASE("no rule accuses a network that learns slowly or of many classes") {
  for (const int epochs : {4, 5, 10, 20})
    for (const int64_t count : {200, 2000}) {
      check_no_accusation({.epochs = epochs, .train_count = count, .level = 0.8, .epochs_to_learn = 8});
      check_no_accusation(
          {.epochs = epochs, .train_count = count, .level = 0.7, .epochs_to_learn = 5, .classes = 10});
    }
}

TEST_CASE("first steps that go astray and are mended are no rate too high, however few the epochs") {
  for (const int epochs : {3, 5, 8, 15})
    for (const double first_batch : {6.0, 12.0, 100.0})
      check_no_accusation({.epochs = epochs,
                           .train_count = 2000,
                           .validation_count = 1000,
                           .level = 0.8,
                           .epochs_to_learn = 3,
                           .first_batch = first_batch});
}

TEST_CASE("a plateau is not called improving, nor learning a plateau, more than one time in twenty") {
  for (const int epochs : {30, 60, 120})
    for (const int64_t count : {200, 2000}) {
      CAPTURE(epochs);
      CAPTURE(count);
      const auto settled = count_findings({.epochs = epochs, .train_count = count, .epochs_to_learn = 1.5});
      CHECK(settled.contains(Condition::healthy));
      const auto found = settled.find(Condition::still_improving);
      CHECK((found == settled.end() ? 0 : found->second) <= kMostAlarms);
    }
  // Slow enough that five epochs look flat.
  for (const int epochs : {5, 8, 12}) {
    const auto learning =
        count_findings({.epochs = epochs, .train_count = 1000, .level = 0.9, .epochs_to_learn = 25});
    CAPTURE(epochs);
    const auto found = learning.find(Condition::underfitting);
    CHECK((found == learning.end() ? 0 : found->second) <= kMostAlarms);
  }
}

}  // namespace
}  // namespace margay::analysis
