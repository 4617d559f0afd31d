#include "margay/train/callbacks/early_stopping.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

using margay::train::EarlyStopping;

namespace {

/// The epoch after which it is over, from 1; 0 when it never is.
int epoch_of_end(EarlyStopping stopping, const std::vector<double>& losses) {
  for (size_t i = 0; i < losses.size(); ++i) {
    stopping.finish_epoch(losses[i]);
    if (stopping.is_over()) return static_cast<int>(i) + 1;
  }
  return 0;
}

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("patience counts epochs in a row without a lower loss") {
  CHECK(epoch_of_end({1, 0}, {3, 2, 2}) == 3);
  CHECK(epoch_of_end({2, 0}, {3, 2, 2.5, 1.9, 2, 1.9}) == 6);
  CHECK(epoch_of_end({3, 0}, {3, 2, 2.5, 1.9, 2, 1.9}) == 0);
  CHECK(epoch_of_end({0, 0}, {1, 2, 3, 4, 5}) == 0);
}

TEST_CASE("a loss must be lower by more than min_delta than the lowest that counted") {
  CHECK(epoch_of_end({2, 0.5}, {3, 2.75, 2.5}) == 3);
  // Small steps add up: what they are compared with stays.
  CHECK(epoch_of_end({2, 0.5}, {3, 2.75, 2.25, 2, 1.5, 1.5}) == 0);
}

TEST_CASE("a loss that is not finite is no progress") {
  CHECK(epoch_of_end({2, 0}, {kNan, kNan}) == 2);
  CHECK(epoch_of_end({2, 0}, {3, kInfinity, kNan}) == 3);
  CHECK(epoch_of_end({2, 0}, {3, -kInfinity, 2, kNan}) == 0);
}
