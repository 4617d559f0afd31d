// Trainings that keep to a time. How long they take is not looked at: only that they end, and how.
#include <doctest/doctest.h>

#include <chrono>
#include <cmath>

#include "tests/train/small_training.h"

using namespace margay;
using namespace margay::test;

namespace {

/// More epochs than anybody waits for, and a validation that only the last one has.
recipe::Config endless(double seconds) {
  recipe::Config config =
      small_config(R"({"training": {"epochs": 1000000, "validate_every": 1000000, "keep": "ema"}})");
  config.budget.seconds = seconds;
  return config;
}

void check_ended(const train::TrainingResult& result, const train::Trainer& trainer) {
  CHECK_FALSE(result.stopped);
  REQUIRE_FALSE(result.history.empty());
  CHECK(trainer.config().training.epochs == result.history.back().epoch);
  CHECK(std::isfinite(result.history.back().val_loss));
  // NaN where the last step of the epoch was not known to be that.
  CHECK(run::other_value(result.history.back(), run::kUpdateRatio) != 0);
}

}  // namespace

TEST_CASE("a training ends with its time, validated") {
  train::Trainer trainer(endless(2.5), colours());
  const train::TrainingResult result = trainer.fit();
  check_ended(result, trainer);
}

TEST_CASE("where no time is left a training ends as soon as it knows how long a step takes") {
  train::Trainer trainer(endless(60), colours());
  trainer.count_time_from(std::chrono::steady_clock::now() - std::chrono::hours(1));
  const train::TrainingResult result = trainer.fit();
  check_ended(result, trainer);
  CHECK(result.history.size() < 20);
}

TEST_CASE("a resumed training has the rest of the time") {
  const TemporaryFolder folder;
  const auto path = folder / "checkpoint.safetensors";
  train::Trainer first(endless(3600), colours());
  first.count_time_from(std::chrono::steady_clock::now() - std::chrono::hours(2));
  first.keep_checkpoint(path, 0);
  first.halt_after(1);
  CHECK(first.fit().history.size() == 1);

  train::Trainer second(endless(3600), colours());
  second.resume(path);
  check_ended(second.fit(), second);
}

TEST_CASE(
    "a training that is done goes on where a budget has time for it, with the schedule of a longer one") {
  const TemporaryFolder folder;
  const auto path = folder / "checkpoint.safetensors";
  train::Trainer first(small_config(), colours());
  first.keep_checkpoint(path, 0);
  CHECK_FALSE(first.ending());
  CHECK(first.fit().history.size() == 4);

  recipe::Config config = small_config();
  train::Trainer same(config, colours());
  same.resume(path);
  REQUIRE(same.ending());
  CHECK(same.ending()->reason == "its 4 epochs are done");
  CHECK(same.ending()->way_on == "`epochs=5` goes on");

  config.budget.seconds = 1;
  train::Trainer late(config, colours());
  late.resume(path);
  REQUIRE(late.ending());
  CHECK(late.ending()->reason.find("leaves no time for another epoch") != std::string::npos);

  config.budget.seconds = 4;
  train::Trainer longer(config, colours());
  longer.resume(path);
  CHECK_FALSE(longer.ending());
  const train::TrainingResult result = longer.fit();
  check_ended(result, longer);
  CHECK(result.history.size() > 4);
  CHECK_FALSE(longer.config().recorded_length.is_recorded());
}
