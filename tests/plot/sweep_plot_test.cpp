// The drawing of a sweep.
#include "margay/plot/sweep_plot.h"

#include <doctest/doctest.h>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "tests/analysis/made_trials.h"
#include "tests/support/temporary_folder.h"

namespace margay::plot {
namespace {

using test::failed_trial;
using test::trial_of;

TEST_CASE("a sweep is drawn with a panel per key whatever the values are") {
  const test::TemporaryFolder folder;
  analysis::Sweep sweep{
      {trial_of(1, 0.7, 0.5), trial_of(2, 0.6, 0.6, false), failed_trial(3), trial_of(40, 0.8, 0.4)}};
  sweep.trials[1].settings["optimizer.name"] = "it's \"sgd\"";
  write_sweep_plot(sweep, folder / "a.png", folder / "a.svg");
  CHECK(read_text_file(folder / "a.png").starts_with("\x89PNG"));
  const std::string svg = read_text_file(folder / "a.svg");
  for (const char* text :
       {"optimizer.lr", "optimizer.name", "epoch", "best is trial 40 with 80.0 %; open: given up early"})
    CHECK_MESSAGE(svg.find(text) != std::string::npos, text);
  write_sweep_plot({{trial_of(1, 0.7, 0.5)}}, folder / "b.png", folder / "b.svg");
  CHECK_THROWS_AS(write_sweep_plot({{failed_trial(1)}}, folder / "c.png", folder / "c.svg"), UsageError);
}

}  // namespace
}  // namespace margay::plot
