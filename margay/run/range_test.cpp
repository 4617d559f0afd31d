// Notices when the loss of a range test leaves.
#include "margay/run/range_test.h"

#include <algorithm>
#include <cmath>

#include "margay/core/error.h"
#include "margay/core/number_text.h"

namespace margay::run {
namespace {

constexpr double kMemory = 0.9;   // share of the past in the mean
constexpr double kDiverged = 4;   // times the lowest mean
constexpr int kFewestSteps = 20;  // below, noise decides

}  // namespace

void RangeTest::validate() const {
  require(low > 0 && std::isfinite(high) && low < high, "lr-find",
          fmt::format("rates from {} to {}; expected 0 < low < high", low, high),
          "the default goes from 1e-6 to 1");
  require(steps >= kFewestSteps, "lr-find",
          fmt::format("{}; expected {} or more", counted(steps, "step"), kFewestSteps), "100 are usual");
}

double RangeTest::lr(int64_t step) const {
  return low * std::pow(high / low, static_cast<double>(step) / (steps - 1));
}

void RangeTestCurve::add(double loss) {
  diverged_ = !std::isfinite(loss);
  if (diverged_) return;
  weighted_sum_ = kMemory * weighted_sum_ + loss;
  weight_ = kMemory * weight_ + 1;
  const double mean = weighted_sum_ / weight_;
  lowest_ = points_.empty() ? mean : std::min(lowest_, mean);
  points_.push_back({next_lr(), loss});
  diverged_ = mean > kDiverged * lowest_;
}

}  // namespace margay::run
