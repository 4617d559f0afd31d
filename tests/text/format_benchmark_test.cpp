// What is said about a benchmark whose figures cannot be.
#include "margay/text/format_benchmark.h"

#include <doctest/doctest.h>

namespace margay::text {
namespace {

TEST_CASE("a share of more than the peak is a failed check") {
  analysis::Benchmark found;
  found.training_sizes.push_back({.width = 96, .height = 96});
  found.training_sizes[0].speed.share_of_peak = 0.99;
  found.prediction.push_back({.pictures = 32});
  found.prediction[0].share_of_peak = 1.05;  // the noise of two measurements
  CHECK(failed_checks(found).empty());
  CHECK(to_json(found)["failed_checks"].empty());
  found.training_sizes[0].speed.share_of_peak = 2.77;
  found.prediction[0].share_of_peak = 1.06;
  REQUIRE(failed_checks(found).size() == 2);
  const std::string text = format_benchmark(found);
  CHECK(text.find("Check failed: the training step with pictures of 96 x 96 does 277.0 % of the peak") !=
        std::string::npos);
  CHECK(text.find("Check failed: prediction in batches of 32 does 106.0 % of the peak") != std::string::npos);
}

}  // namespace
}  // namespace margay::text
