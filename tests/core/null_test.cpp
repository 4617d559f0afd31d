// Statistics where nothing is the matter: at 5 %, a thousand simulated sets give about fifty alarms.
#include <doctest/doctest.h>

#include "margay/core/holm.h"
#include "margay/core/mcnemar.h"
#include "margay/core/random.h"
#include "margay/core/wilson_interval.h"

using namespace margay;

namespace {

constexpr int kSets = 1000;
// 5 %, give or take what a thousand sets leave open.
constexpr int kFewestAlarms = 35, kMostAlarms = 65;

/// Pictures that two equally good classifiers tell apart: each gets a picture right with the picture's own
/// probability.
double p_of_equal_pair(uint64_t set, int pictures) {
  int64_t only_first = 0, only_second = 0;
  for (uint64_t i = 0; i < static_cast<uint64_t>(pictures); ++i) {
    Random random({hash_text("equal pair"), set, i});
    const double ease = 0.5 + 0.5 * random.uniform();
    const bool first = random.chance(ease), second = random.chance(ease);
    only_first += first && !second;
    only_second += second && !first;
  }
  return mcnemar_p_value(only_first, only_second);
}

}  // namespace

TEST_CASE("McNemar's test calls one of two equals better in one of twenty sets") {
  for (const int pictures : {60, 200, 1000}) {
    CAPTURE(pictures);
    int alarms = 0;
    for (uint64_t set = 0; set < kSets; ++set) alarms += p_of_equal_pair(set, pictures) < 0.05;
    CHECK(alarms >= kFewestAlarms);
    CHECK(alarms <= kMostAlarms);
  }
}

TEST_CASE("with few pictures McNemar's test alarms less often, never much more") {
  for (const int pictures : {5, 10, 20, 40}) {
    CAPTURE(pictures);
    int alarms = 0;
    for (uint64_t set = 0; set < kSets; ++set) alarms += p_of_equal_pair(set, pictures) < 0.05;
    CHECK(alarms <= kMostAlarms);
  }
}

TEST_CASE("Holm's correction keeps the alarms of many independent tests at one of twenty") {
  for (const int tests : {2, 10, 45}) {
    CAPTURE(tests);
    int alarms = 0;
    for (uint64_t set = 0; set < kSets; ++set) {
      Random random({hash_text("p-values"), set});
      std::vector<double> p_values;
      for (int i = 0; i < tests; ++i) p_values.push_back(random.uniform());
      bool alarm = false;
      for (const double p : holm_corrected(p_values)) alarm = alarm || p < 0.05;
      alarms += alarm;
    }
    CHECK(alarms >= kFewestAlarms);
    CHECK(alarms <= kMostAlarms);
  }
}

TEST_CASE("Wilson's interval misses the true share in one of twenty measurements") {
  for (const int64_t pictures : {20, 100, 1000}) {
    CAPTURE(pictures);
    int misses = 0;
    for (uint64_t set = 0; set < kSets; ++set) {
      Random random({hash_text("share"), set, static_cast<uint64_t>(pictures)});
      const double share = random.uniform(0.5, 1);
      int64_t right = 0;
      for (int64_t i = 0; i < pictures; ++i) right += random.chance(share);
      const Interval interval = wilson_interval(right, pictures);
      misses += share < interval.low || share > interval.high;
    }
    CHECK(misses >= kFewestAlarms);
    CHECK(misses <= kMostAlarms);
  }
}
