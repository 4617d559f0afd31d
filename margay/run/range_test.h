// The learning-rate range test: one step of the optimiser at each rate of a growing row, and what the loss
// does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace margay::run {

/// Rates that grow by the same factor from step to step (Smith 2017, arXiv:1506.01186, with the exponential
/// row of fastai).
struct RangeTest {
  double low = 1e-6;
  double high = 1;
  int steps = 100;

  /// Throws UsageError unless 0 < low < high and there are 20 steps or more.
  void validate() const;
  /// The rate of a step, counted from 0.
  double lr(int64_t step) const;
};

/// One step. The loss is that of its pictures before the step.
struct RatePoint {
  double lr = 0;
  double loss = 0;
};

/// The points of a range test, which ends with its last step or when the loss diverges.
class RangeTestCurve {
 public:
  explicit RangeTestCurve(const RangeTest& test) : test_(test) {}

  double next_lr() const { return test_.lr(static_cast<int64_t>(points_.size())); }
  /// The loss of the step at next_lr(). One that is not finite is no point, but ends the test.
  void add(double loss);
  bool ended() const { return diverged_ || points_.size() == static_cast<size_t>(test_.steps); }
  /// Whether the loss has left its lowest value far below (four times; means in which the past fades, as in
  /// fastai), or was not finite.
  bool diverged() const { return diverged_; }

  const std::vector<RatePoint>& points() const { return points_; }

 private:
  RangeTest test_;
  std::vector<RatePoint> points_;
  double weighted_sum_ = 0, weight_ = 0, lowest_ = 0;
  bool diverged_ = false;
};

}  // namespace margay::run
