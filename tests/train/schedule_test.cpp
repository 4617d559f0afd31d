#include "margay/train/schedule.h"

#include <doctest/doctest.h>

#include <vector>

using namespace margay;
using recipe::ScheduleName;

namespace {

constexpr double kLr = 0.1;

/// The rates of ten steps in ten epochs of one step each, unless told otherwise.
std::vector<double> rates(const recipe::ScheduleConfig& config, int64_t steps_per_epoch = 1) {
  const train::Schedule schedule(config, kLr, steps_per_epoch, static_cast<int>(10 / steps_per_epoch));
  std::vector<double> rates;
  for (int64_t step = 0; step < 10; ++step) rates.push_back(schedule.lr(step));
  return rates;
}

void check_near(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    CAPTURE(i);
    CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-9));
  }
}

}  // namespace

// The numbers come from torch.optim.lr_scheduler 1.13 over SGD with lr = 0.1.

TEST_CASE("a constant schedule keeps the rate") {
  check_near(rates({}), std::vector<double>(10, kLr));
}

TEST_CASE("a step schedule is StepLR") {
  // StepLR(optimizer, 4, 0.5)
  const std::vector<double> expected{0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.025, 0.025};
  check_near(rates({.name = ScheduleName::step, .step_epochs = 4, .factor = 0.5}), expected);
  check_near(rates({.name = ScheduleName::step, .step_epochs = 2, .factor = 0.5}, 2), expected);
  check_near(rates({.name = ScheduleName::step, .step_epochs = 0.8, .factor = 0.5}, 5), expected);
}

TEST_CASE("a cosine schedule is CosineAnnealingLR") {
  // CosineAnnealingLR(optimizer, 10, eta_min=0.001)
  check_near(rates({.name = ScheduleName::cosine, .final_ratio = 0.01}),
             {0.1, 0.0975772975566, 0.0905463412216, 0.0795953699885, 0.0657963412216, 0.0505,
              0.0352036587784, 0.0214046300115, 0.0104536587784, 0.00342270244339});
}

TEST_CASE("a warm-up is LinearLR before the schedule") {
  // SequentialLR(optimizer, [LinearLR(optimizer, 0.01, 1, 3), CosineAnnealingLR(optimizer, 7)], [3])
  const std::vector<double> expected{0.001,           0.034,           0.067,           0.1,
                                     0.0950484433951, 0.0811744900929, 0.0611260466978, 0.0388739533022,
                                     0.0188255099071, 0.00495155660488};
  check_near(rates({.name = ScheduleName::cosine, .warmup_epochs = 3}), expected);
  check_near(rates({.name = ScheduleName::cosine, .warmup_epochs = 1.5}, 2), expected);
}

TEST_CASE("one cycle is OneCycleLR") {
  // OneCycleLR(optimizer, 0.1, total_steps=10)
  check_near(rates({.name = ScheduleName::one_cycle, .warmup_epochs = 5}),
             {0.004, 0.052, 0.1, 0.0950484632013, 0.081174565395, 0.0611262021936, 0.0388741978064,
              0.018825834605, 0.00495193679865, 4e-07});
}

TEST_CASE("a plateau schedule is ReduceLROnPlateau") {
  // ReduceLROnPlateau(optimizer, factor=0.5, patience=2)
  const std::vector<double> losses{1, 0.9, 0.95, 0.9, 0.9, 0.89999, 0.8, 0.81, 0.82, 0.83, 0.84, 0.85};
  const std::vector<double> expected{0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05, 0.025, 0.025};
  train::Schedule schedule({.name = ScheduleName::plateau, .factor = 0.5, .patience_epochs = 2}, kLr, 1, 12);
  for (size_t epoch = 0; epoch < losses.size(); ++epoch) {
    CAPTURE(epoch);
    CHECK(schedule.lr(static_cast<int64_t>(epoch)) == doctest::Approx(expected[epoch]));
    schedule.finish_epoch(losses[epoch]);
  }
}

TEST_CASE("every schedule gives a finite rate for the shortest training") {
  for (const auto name : {ScheduleName::constant, ScheduleName::step, ScheduleName::cosine,
                          ScheduleName::one_cycle, ScheduleName::plateau})
    for (const double warmup : {0.0, 1.0, 5.0}) {
      CAPTURE(static_cast<int>(name));
      CAPTURE(warmup);
      const train::Schedule schedule({.name = name, .warmup_epochs = warmup}, kLr, 1, 1);
      CHECK(schedule.lr(0) > 0);
      CHECK(schedule.lr(0) <= kLr);
    }
}
