#include "margay/core/timing.h"

#include <doctest/doctest.h>

using namespace margay;

TEST_CASE("durations have a median and a shortest one in whatever order they came") {
  Timing timing;
  timing.add(3);
  CHECK(timing.median_s() == 3);
  timing.add(1);
  CHECK(timing.median_s() == 2);
  timing.add(10);
  CHECK(timing.median_s() == 3);
  CHECK(timing.shortest_s() == 1);
  CHECK(timing.total_s() == 14);
  CHECK(timing.repetitions() == 3);
}

TEST_CASE("work is repeated at least three times after a warm up that does not count") {
  int calls = 0;
  CHECK(time_repeatedly(0, [&] { ++calls; }).repetitions() == 3);
  CHECK(calls == 4);
}
