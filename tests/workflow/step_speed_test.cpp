// How long it is measured what a step takes.
#include "margay/workflow/step_speed.h"

#include <doctest/doctest.h>

#include "tests/train/small_training.h"

using namespace margay;
using namespace margay::test;

TEST_CASE("steps are measured until there are enough, and one where already the first is too slow") {
  const auto measured = [](const workflow::Measuring& measuring) {
    return workflow::measure_steps(small_config(), colours(), measuring).timing.repetitions();
  };
  CHECK(measured({.seconds = 0}) == 3);
  CHECK(measured({.seconds = 0, .fewest_steps = 2}) == 2);
  CHECK(measured({.seconds = 0, .warm_up_s = 0}) == 3);
  CHECK(measured({.seconds = 1e6, .patience_s = 0}) == 1);
}
