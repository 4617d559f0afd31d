// What a budget of time keeps back.
#pragma once

namespace margay::train {

/// Seconds of a budget of so many that are kept for the report, and to spare: a machine that others begin to
/// use then needs them.
constexpr double time_for_report(double budget_s) {
  return 1.5 + 0.025 * budget_s;
}

}  // namespace margay::train
