// Range tests of small networks whose right rates are known.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "margay/core/error.h"
#include "margay/recipe/recipe.h"
#include "margay/train/trainer.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"

using namespace margay;

namespace {

/// A linear classifier of mean colours; 5 batches an epoch.
recipe::Config linear_config(std::string_view changes = "{}") {
  Json document = Json::parse(R"({
    "input": {"width": 16, "height": 16},
    "network": {"layers": [{"op": "global_avg_pool2d"}, {"op": "linear", "out_features": "classes"}]},
    "optimizer": {"name": "sgd", "momentum": 0},
    "training": {"batch_size": 10, "precision": "fp32", "threads": 1}})");
  recipe::merge_document(document, Json::parse(changes));
  return recipe::Config::from_document(document, "test");
}

std::shared_ptr<const train::TrainingData> load(const recipe::Config& config) {
  static const test::TemporaryFolder folder;
  static const bool written = (test::write_tiny_dataset(folder.path(), {"blue", "green"}), true);
  (void)written;
  WorkerPool pool(2);
  return std::make_shared<train::TrainingData>(
      train::TrainingData::load(data::Dataset::open(folder.path()), config.input, pool));
}

run::RangeTestCurve test_rates(const recipe::Config& config, const run::RangeTest& test) {
  return train::Trainer(config, load(config)).test_rates(test);
}

/// The first rate at which the mean loss of five steps is above three times the lowest of before.
double first_lost(const run::RangeTestCurve& curve) {
  const auto& points = curve.points();
  double lowest = INFINITY;
  for (size_t i = 2; i + 2 < points.size(); ++i) {
    double mean = 0;
    for (size_t j = i - 2; j <= i + 2; ++j) mean += points[j].loss / 5;
    if (mean > 3 * lowest) return points[i].lr;
    lowest = std::min(lowest, mean);
  }
  return INFINITY;
}

}  // namespace

TEST_CASE("a range test goes through all rates over as many epochs as it needs") {
  const run::RangeTest test{.low = 1e-6, .high = 1e-3, .steps = 37};
  const run::RangeTestCurve curve = test_rates(linear_config(), test);
  REQUIRE(curve.points().size() == 37);
  CHECK_FALSE(curve.diverged());
  CHECK(curve.points().front().lr == doctest::Approx(1e-6));
  CHECK(curve.points().back().lr == doctest::Approx(1e-3));
}

TEST_CASE("rates that are too high for a known curvature lose the loss") {
  // Gradient descent on a quadratic is stable up to 2 / curvature. For a logistic loss that is at most a
  // quarter of the mean square of the inputs and the bias: about (3 x 0.45^2 + 1) / 4 = 0.4, so that nothing
  // below 5 is lost, and a few times 5 is. Inputs ten times larger lower that by a factor of about 38.
  const run::RangeTest test{.low = 1e-3, .high = 1e5, .steps = 120};
  const double plain = first_lost(test_rates(linear_config(), test));
  const double scaled =
      first_lost(test_rates(linear_config(R"({"input": {"scale": 0.0392156862745098}})"), test));
  CAPTURE(plain);
  CAPTURE(scaled);
  CHECK(plain > 5);
  CHECK(plain < 50);
  CHECK(scaled < plain / 10);
  CHECK(scaled > plain / 150);
}

TEST_CASE("every optimiser takes the rates of the test and no schedule changes them") {
  for (const char* changes :
       {R"({"optimizer": {"name": "sgd", "momentum": 0.9}, "schedule": {"name": "one_cycle"}})",
        R"({"optimizer": {"name": "adam"}, "schedule": {"name": "cosine", "warmup_epochs": 2}})",
        R"({"optimizer": {"name": "adamw"}, "training": {"keep": "ema", "accumulate": 2}})"}) {
    CAPTURE(changes);
    const run::RangeTestCurve curve =
        test_rates(linear_config(changes), {.low = 1e-4, .high = 1, .steps = 30});
    REQUIRE(curve.points().size() == 30);
    for (const run::RatePoint& point : curve.points()) CHECK(std::isfinite(point.loss));
    const auto lowest = std::ranges::min_element(curve.points(), {}, &run::RatePoint::loss);
    CHECK(lowest->loss < 0.9 * curve.points().front().loss);
  }
}

TEST_CASE("a loss that is not finite ends a range test in good order") {
  const run::RangeTestCurve curve = test_rates(linear_config(R"({"optimizer": {"weight_decay": 10}})"),
                                               {.low = 1, .high = 1e30, .steps = 20});
  CHECK(curve.diverged());
  CHECK(curve.points().size() < 20);
}

TEST_CASE("a range test that is stopped says so and one that makes no sense is refused") {
  const recipe::Config config = linear_config();
  std::stop_source source;
  source.request_stop();
  CHECK_THROWS_AS(train::Trainer(config, load(config)).test_rates({}, {}, source.get_token()), Interrupted);
  CHECK_THROWS_AS(test_rates(config, {.low = 1, .high = 0.1}), UsageError);
}
