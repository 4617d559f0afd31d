// How sure a measured share is.
#pragma once

#include <cstdint>

namespace margay {

/// Bounds of a share, both in [0, 1].
struct Interval {
  double low = 0;
  double high = 1;
};

/// The 95 % interval of a share of `correct` out of `total` (Wilson 1927, without continuity correction); [0,
/// 1] when `total` is 0. Throws UsageError unless 0 <= correct <= total.
Interval wilson_interval(int64_t correct, int64_t total);

}  // namespace margay
