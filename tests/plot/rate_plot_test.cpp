// The drawing of a range test.
#include "margay/plot/rate_plot.h"

#include <doctest/doctest.h>

#include <cmath>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "tests/support/temporary_folder.h"

namespace margay::plot {
namespace {

TEST_CASE("the curve of a range test is a png and an svg that names the suggestion") {
  const test::TemporaryFolder folder;
  run::RangeTestCurve curve({.low = 1e-7, .high = 10, .steps = 100});
  while (!curve.ended()) curve.add(1 / (1 + 100 * curve.next_lr()));
  const analysis::RateSuggestion suggestion = analysis::suggest_rate(curve);
  REQUIRE(suggestion.lr);
  write_rate_plot(curve, suggestion, folder / "a.png", folder / "a.svg");
  CHECK(read_text_file(folder / "a.png").starts_with("\x89PNG"));
  const std::string svg = read_text_file(folder / "a.svg");
  CHECK(svg.find("learning rate") != std::string::npos);
  CHECK(svg.find(fmt::format("suggestion {:.2g}", *suggestion.lr)) != std::string::npos);
  CHECK_THROWS_AS(write_rate_plot(run::RangeTestCurve({}), {}, folder / "b.png", folder / "b.svg"),
                  UsageError);
}

}  // namespace
}  // namespace margay::plot
