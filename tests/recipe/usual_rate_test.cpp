// A rate that is advised is one that the optimiser bears, whatever the one was that failed.
#include "margay/recipe/usual_rate.h"

#include <doctest/doctest.h>

using namespace margay::recipe;

TEST_CASE("a lower rate is a tenth of the one that failed, and none above those that are usual") {
  const auto lower = [](OptimizerName name, double lr) {
    OptimizerConfig optimizer;
    optimizer.name = name, optimizer.lr = lr;
    return lower_rate(optimizer);
  };
  CHECK(lower(OptimizerName::sgd, 50) == 0.05);
  CHECK(lower(OptimizerName::sgd, 0.1) == doctest::Approx(0.01));
  for (const OptimizerName name : {OptimizerName::adam, OptimizerName::adamw, OptimizerName::rmsprop}) {
    CHECK(lower(name, 50) == 1e-3);
    CHECK(lower(name, 1e-3) == doctest::Approx(1e-4));
  }
}
