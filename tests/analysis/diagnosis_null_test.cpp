// Claims about trainings where nothing is the matter: in a thousand made-up histories each is false rarely.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "margay/analysis/comparison.h"
#include "margay/analysis/diagnosis.h"
#include "margay/core/random.h"

namespace margay::analysis {
namespace {

constexpr int kSets = 1000;
// 5 %, give or take what a thousand sets leave open.
constexpr int kFewestAlarms = 35, kMostAlarms = 65;

/// A share of `pictures` that are right, each with this probability.
double measured_share(double probability, int pictures, Random& random) {
  int right = 0;
  for (int i = 0; i < pictures; ++i) right += random.chance(probability);
  return static_cast<double>(right) / pictures;
}

/// A network that has learned what it can and knows other pictures as well as those that it was trained on.
run::History settled_history(int epochs, int validation_pictures, Random& random) {
  constexpr double kAccuracy = 0.85, kLoss = 0.35, kNoise = 0.02;
  run::History history;
  for (int epoch = 1; epoch <= epochs; ++epoch) {
    run::EpochRecord record;
    record.epoch = epoch, record.learning_rate = 1e-3;
    record.accuracy = measured_share(kAccuracy, 2000, random);
    record.val_accuracy = measured_share(kAccuracy, validation_pictures, random);
    record.loss = kLoss * (1 + kNoise * random.normal());
    record.val_loss = kLoss * (1 + 2 * kNoise * random.normal());
    history.push_back(record);
  }
  return history;
}

TEST_CASE("a settled training is called anything else rarely, by whatever rule and with whatever pictures") {
  for (const int epochs : {6, 15, 40})
    for (const int validation_pictures : {20, 100, 1000}) {
      CAPTURE(epochs);
      CAPTURE(validation_pictures);
      std::map<Condition, int> alarms;
      for (uint64_t set = 0; set < kSets; ++set) {
        Random random({hash_text("settled"), set, static_cast<uint64_t>(epochs)});
        DiagnosisContext context;
        context.train_count = 2000, context.validation_count = validation_pictures;
        const Diagnosis diagnosis = diagnose(settled_history(epochs, validation_pictures, random), context);
        for (const Finding& finding : diagnosis.findings) ++alarms[finding.condition];
      }
      for (const auto& alarm : alarms) {
        const auto& [condition, count] = alarm;
        CAPTURE(name_of(alarm.first));
        if (condition != Condition::healthy) CHECK(count <= kMostAlarms);
      }
      CHECK(alarms[Condition::healthy] >= kSets - kMostAlarms);
    }
}

/// How a network does in training and on other pictures, in every epoch alike.
struct Level {
  double training = 0.5, loss = 0.6931, validation = 0.5, val_loss = 0.6931;
};

run::History level_history(const Level& level, int epochs, int validation_pictures, Random& random) {
  run::History history;
  for (int epoch = 1; epoch <= epochs; ++epoch) {
    run::EpochRecord record;
    record.epoch = epoch, record.learning_rate = 1e-3;
    record.accuracy = measured_share(level.training, 2000, random);
    record.val_accuracy = measured_share(level.validation, validation_pictures, random);
    record.loss = level.loss * (1 + 0.005 * random.normal());
    record.val_loss = level.val_loss * (1 + 0.01 * random.normal());
    history.push_back(record);
  }
  return history;
}

/// Of so many sets those that are called stuck at chance.
int count_stuck(const Level& level, int epochs, int validation_pictures, bool converged = false) {
  int stuck = 0;
  for (uint64_t set = 0; set < kSets; ++set) {
    Random random({hash_text("level"), set, static_cast<uint64_t>(validation_pictures)});
    DiagnosisContext context;
    context.train_count = 2000, context.validation_count = validation_pictures;
    context.converged = converged;
    stuck += diagnose(level_history(level, epochs, validation_pictures, random), context)
                 .has(Condition::stuck_at_chance);
  }
  return stuck;
}

TEST_CASE("a network that guesses is found to, and one that training alone hides to learn is not") {
  for (const int epochs : {6, 15})
    for (const int pictures : {50, 200, 1000}) {
      CAPTURE(epochs);
      CAPTURE(pictures);
      CHECK(count_stuck({}, epochs, pictures) >= kSets - kMostAlarms);
      // Pictures are mixed and labels smoothed.
      const Level hidden{.training = 0.51, .loss = 0.68, .validation = 0.66, .val_loss = 0.62};
      CHECK(count_stuck(hidden, epochs, pictures) <= kMostAlarms);
    }
}

TEST_CASE(
    "features that tell seven of ten pictures apart are rarely said to tell nothing, however few the "
    "pictures") {
  for (const int pictures : {2, 3, 4, 5, 8, 10, 20, 50, 200}) {
    CAPTURE(pictures);
    CHECK(count_stuck({.training = 0.85, .loss = 0.4, .validation = 0.7, .val_loss = 0.6}, 1, pictures,
                      true) <= kMostAlarms);
  }
  CHECK(count_stuck({.training = 0.85, .loss = 0.4}, 1, 200, true) >= kSets - kMostAlarms);
}

TEST_CASE("the noise of two accuracies is passed by one of twenty pairs of equally good networks") {
  for (const int pictures : {100, 400, 1000}) {
    CAPTURE(pictures);
    int alarms = 0;
    for (uint64_t set = 0; set < kSets; ++set) {
      Random random({hash_text("two accuracies"), set, static_cast<uint64_t>(pictures)});
      const double accuracy = random.uniform(0.6, 0.95);
      Outcome before, after;
      before.validation = measured_share(accuracy, pictures, random);
      after.validation = measured_share(accuracy, pictures, random);
      const double difference = std::abs(after.validation - before.validation);
      alarms += difference > noise_of_difference(before, after, pictures);
    }
    CHECK(alarms >= kFewestAlarms);
    CHECK(alarms <= kMostAlarms);
  }
}

}  // namespace
}  // namespace margay::analysis
