#include "margay/train/time_left.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/train/small_training.h"

using margay::train::PictureSizes;
using margay::train::TimeLeft;
using margay::train::TrainingLength;

namespace {

constexpr margay::data::PictureSize kSize{16, 16};

/// Of a training whose pictures have one size and that validates after every epoch.
TimeLeft time_left(int steps) {
  return {steps, PictureSizes(margay::test::small_config()), 1};
}

/// How long the parts of a made-up training take.
struct Made {
  int epochs = 10, steps = 100;
  double step_s = 0.2, first_step_s = 0.2, validation_s = 5, first_validation_s = 5, files_s = 0.5;

  double step(int epoch, int step) const { return epoch == 1 && step <= 2 ? first_step_s : step_s; }
  double validation(int epoch) const { return epoch == 1 ? first_validation_s : validation_s; }
};

/// The largest error of the estimate over what came true, from the end of epoch `from` on, but for the last
/// `spare_s` seconds.
double worst_error(const Made& made, int from = 1, double spare_s = 5) {
  TimeLeft left = time_left(made.steps);
  const TrainingLength length(made.epochs);
  struct Told {
    double at_s, left_s;
  };
  std::vector<Told> told;
  double now_s = 0;
  const auto pass = [&](double seconds) { return now_s += seconds, seconds; };
  for (int epoch = 1; epoch <= made.epochs; ++epoch) {
    for (int step = 1; step <= made.steps; ++step) {
      left.add_step(pass(made.step(epoch, step)), kSize);
      if (epoch > from) told.push_back({now_s, left.seconds(length, epoch, step)});
    }
    left.add_validation(pass(made.validation(epoch)));
    if (epoch >= from) told.push_back({now_s, left.seconds(length, epoch + 1, 0)});
    left.add_files(pass(made.files_s));
  }
  double worst = 0;
  for (const Told& estimate : told)
    if (const double true_s = now_s - estimate.at_s; true_s > spare_s)
      worst = std::max(worst, std::abs(estimate.left_s - true_s) / true_s);
  return worst;
}

}  // namespace

TEST_CASE("equal epochs are told within 3 percent from the end of the first on") {
  CHECK(worst_error({}) < 0.03);
  CHECK(worst_error({.epochs = 30, .steps = 1, .files_s = 0.1}, 1, 20) < 0.03);
  CHECK(worst_error({.epochs = 3, .steps = 1000}) < 0.03);
}

TEST_CASE("growing pictures and validations after some epochs are told") {
  // 2 epochs of 10 steps at 1 s, 2 at 4 s; validations of 3 s after epochs 3 and 4.
  const PictureSizes sizes(margay::test::small_config(R"({"schedule": {"sizes": [8, 16]}})"));
  TimeLeft left(10, sizes, 3);
  const TrainingLength length(4);
  left.add_step(1, {8, 8});
  left.add_validation(3);
  CHECK(left.seconds(length, 1, 1) == doctest::Approx(9 + 10 + 40 + 40 + 2 * 3));
  CHECK(left.seconds(length, 3, 5) == doctest::Approx(20 + 40 + 2 * 3));
  CHECK(left.seconds(length, 4, 0) == doctest::Approx(40 + 3));
  left.add_step(4, {16, 16});
  CHECK(left.seconds(length, 4, 10) == doctest::Approx(3));
}

TEST_CASE("slow first steps count only while there are no others") {
  CHECK(worst_error({.first_step_s = 4}) < 0.03);
  TimeLeft left = time_left(100);
  left.add_step(4, kSize);
  CHECK(left.seconds(TrainingLength(1), 1, 1) == doctest::Approx(99 * 4));
}

TEST_CASE("validation and files are in it and a slow first validation is forgotten") {
  TimeLeft left = time_left(10);
  const TrainingLength length(2);
  for (int step = 0; step < 10; ++step) left.add_step(1, kSize);
  left.add_validation(30);
  CHECK(left.seconds(length, 2, 0) == doctest::Approx(40));
  left.add_files(5);
  CHECK(left.seconds(length, 2, 4) == doctest::Approx(41));
  CHECK(worst_error({.first_validation_s = 15}, 2) < 0.05);
}

TEST_CASE("nothing is left after the last epoch") {
  TimeLeft left = time_left(10);
  const TrainingLength length(2);
  CHECK(left.seconds(length, 1, 0) == 0);
  left.add_step(1, kSize);
  left.add_validation(1);
  CHECK(left.seconds(length, 2, 10) == doctest::Approx(1));
  CHECK(left.seconds(length, 3, 0) == 0);
}

TEST_CASE("a machine that becomes slower is noticed") {
  TimeLeft left = time_left(10);
  for (int step = 0; step < 20; ++step) left.add_step(1, kSize);
  for (int step = 0; step < 60; ++step) left.add_step(2, kSize);
  CHECK(left.seconds(TrainingLength(10), 9, 0) == doctest::Approx(40).epsilon(0.05));
}

TEST_CASE("a training has the length that fits into a time") {
  const PictureSizes sizes(margay::test::small_config(R"({"schedule": {"sizes": [8, 16]}})"));
  TimeLeft left(10, sizes, 2);
  for (int step = 0; step < 20; ++step) left.add_step(1, {8, 8});
  left.add_validation(3);
  left.add_files(0.5);
  for (const double seconds : {30.0, 100.0, 1000.0}) {
    CAPTURE(seconds);
    TrainingLength length(50);
    length.change(1.5, left.length_within(seconds, length, 2, 5, 1e6));
    const double planned_s = left.seconds(length, 2, 5);
    CHECK(planned_s <= seconds);
    CHECK(planned_s > seconds - 10);  // no more than a step of the larger pictures and a validation
  }
  CHECK(left.length_within(1, TrainingLength(50), 2, 5, 1e6) == doctest::Approx(1.5));
  CHECK(left.length_within(-1, TrainingLength(50), 3, 0, 1e6) == doctest::Approx(2));
  CHECK(left.length_within(1e9, TrainingLength(50), 2, 5, 60) == 60);
}
