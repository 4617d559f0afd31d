// How much of the time that a training may take is left.
#pragma once

#include <chrono>

namespace margay::train {

/// What is kept back of a budget of so many seconds for the report, and to spare: a machine that others begin
/// to use then needs it.
constexpr double time_for_report(double budget_s) {
  return 1.5 + 0.025 * budget_s;
}

/// Counts by the wall clock, over all sessions of a training that is resumed.
class TimeBudget {
 public:
  using Clock = std::chrono::steady_clock;

  TimeBudget(double seconds, Clock::time_point start) : seconds_(seconds), start_(start) {}

  double seconds() const { return seconds_; }
  double used() const { return used_before_ + std::chrono::duration<double>(Clock::now() - start_).count(); }
  double left() const { return seconds_ - used(); }
  /// When this session began.
  void count_from(Clock::time_point start) { start_ = start; }
  /// Sessions before this one took so long.
  void go_on_after(double used_s) { used_before_ = used_s; }

 private:
  double seconds_, used_before_ = 0;
  Clock::time_point start_;
};

}  // namespace margay::train
