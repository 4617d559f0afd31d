#include "margay/core/duration.h"

#include <doctest/doctest.h>

#include <utility>

#include "margay/core/error.h"

using namespace margay;

TEST_CASE("durations have numbers with units") {
  for (const auto& row : {std::pair{"90s", 90.0},
                          {"10m", 600.0},
                          {"1h30m", 5400.0},
                          {"1.5h", 5400.0},
                          {"0.5s", 0.5},
                          {"2d1h1m1s", 176461.0}}) {
    const auto& [text, seconds] = row;
    CAPTURE(row.first);
    CHECK(parse_duration(text, "test") == doctest::Approx(seconds));
  }
}

TEST_CASE("what is no duration is refused with examples") {
  for (const char* text :
       {"", "10", "m", "10 m", "10x", "10m10m", "30m1h", "-5m", "1e3s", "nan s", "infs", "10m "}) {
    CAPTURE(text);
    CHECK_THROWS_WITH_AS(parse_duration(text, "test"), doctest::Contains("such as 90s, 10m or 1h30m"),
                         UsageError);
  }
}

TEST_CASE("a duration for an option is never shorter and reads back") {
  CHECK(whole_duration(14.2) == "15s");
  CHECK(whole_duration(120) == "120s");
  CHECK(whole_duration(1181) == "20m");
  for (const double seconds : {0.1, 59.9, 121.0, 86400.5})
    CHECK(parse_duration(whole_duration(seconds), "test") >= seconds);
}
