// What is said of steps that are too large, too small or too few.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "margay/analysis/diagnosis.h"
#include "tests/analysis/made_diagnosis.h"

namespace margay::analysis {
namespace {

using namespace margay::test;

TEST_CASE("a loss that explodes in the first epoch is a rate too high") {
  const Finding finding = diagnose(flat_history(40, 1e-3), pets()).primary();
  CHECK(finding.condition == Condition::rate_too_high);
  CHECK(number(finding, "highest_loss") == 40);
  CHECK(number(finding, "guessing_loss") == doctest::Approx(std::log(2)));
  CHECK(finding.code() == "loss_exploded");
  CHECK(advises_rate(finding, 1e-4));
  HistoryShape recovered;
  run::History history = made_history(recovered);
  for (run::EpochRecord& record : history) record.others = {{run::kHighestLoss, 40.0}};
  history.front().others.front().second = 40;
  CHECK(primary(history) != Condition::rate_too_high);
}

TEST_CASE("steps that hardly move the weights are a rate too low") {
  const Finding finding = diagnose(flat_history(0.7, 2e-5), pets()).primary();
  CHECK(finding.condition == Condition::rate_too_low);
  CHECK(number(finding, "highest_update_ratio") == 2e-5);
  CHECK(finding.code() == "steps_too_small");
  CHECK(advises_rate(finding, 0.01));
  CHECK(primary(flat_history(0.7, 1e-3)) == Condition::stuck_at_chance);
}

TEST_CASE("large steps that lead nowhere are a rate too high") {
  run::History history = flat_history(0.7, 1e-6);
  history[1].others.back().second = 0.2;
  const Finding finding = diagnose(history, pets()).primary();
  CHECK(finding.condition == Condition::rate_too_high);
  CHECK(number(finding, "highest_update_ratio") == 0.2);
}

TEST_CASE("weights that nothing reaches are stuck and not slow") {
  const Finding finding = diagnose(flat_history(0.7, 0), pets()).primary();
  CHECK(finding.condition == Condition::stuck_at_chance);
  CHECK(number(finding, "last_update_ratio") == 0);
}

TEST_CASE("a tiny learning rate without a measured step is too low") {
  HistoryShape shape;
  shape.training = shape.validation = 0.5;
  run::History history = made_history(shape);
  for (auto& record : history) record.learning_rate = 1e-8;
  CHECK(advises_rate(diagnose(history, pets()).primary(), 1e-5));
}

TEST_CASE("a rate far outside of what optimisers bear is no measure of the one that is advised") {
  DiagnosisContext context = pets();
  const auto advised = [&](const run::History& history) {
    return diagnose(history, context).primary().action.learning_rate.value_or(0);
  };
  context.learning_rate = 50;
  CHECK(advised(flat_history(1e17, 0.5)) == doctest::Approx(0.001));
  context.learning_rate = 1e-12;
  CHECK(advised(flat_history(0.7, 1e-6)) == doctest::Approx(1e-5));
  context.learning_rate = 0.002;
  CHECK(advised(flat_history(40, 1e-3)) == doctest::Approx(0.0002));
}

TEST_CASE("a loss that is not finite is named with its epoch and what came before") {
  run::History history = made_history({});
  history[2].loss = std::nan("");
  const Diagnosis diagnosis = diagnose(history, pets());
  REQUIRE(diagnosis.findings.size() == 1);
  CHECK(diagnosis.primary().condition == Condition::not_finite);
  CHECK(number(diagnosis.primary(), "epoch") == 3);
  history[2].loss = 1, history[2].val_loss = std::numeric_limits<double>::infinity();
  CHECK(primary(history) == Condition::not_finite);
  history.resize(1);
  history[0].loss = std::nan("");
  CHECK(diagnose(history, pets()).primary().condition == Condition::not_finite);
}

TEST_CASE("a handful of steps is too short to tell, whatever came of them") {
  DiagnosisContext context = pets();
  context.steps_per_epoch = 2;
  for (const run::History& history :
       {flat_history(40, 1e-3), flat_history(0.7, 2e-5), flat_history(0.7, 1e-3)}) {
    const Finding finding = diagnose(history, context).primary();
    CHECK(finding.condition == Condition::too_short);
    CHECK(number(finding, "steps") == 30);
    CHECK(finding.action == going_on(100));
  }
}

TEST_CASE("a loss that is far above that of guessing needs no more steps to be seen") {
  DiagnosisContext context = pets();
  context.steps_per_epoch = 1, context.learning_rate = 50;
  run::History history = flat_history(0.7, 1e-3);
  history.resize(4);
  for (run::EpochRecord& record : history)
    if (record.epoch > 1) record.loss = record.val_loss = 1e14, record.others.front().second = 3.4e16;
  const Finding finding = diagnose(history, context).primary();
  CHECK(finding.condition == Condition::rate_too_high);
  CHECK(number(finding, "highest_loss") == 3.4e16);
  CHECK(advises_rate(finding, 1e-3));
}

TEST_CASE("a loss that is out of all bounds is no matter of more epochs, in whichever split it shows") {
  DiagnosisContext context = pets();
  context.steps_per_epoch = 1;
  for (const bool in_validation : {true, false}) {
    CAPTURE(in_validation);
    context.learning_rate = 50;
    run::History history = made_history(HistoryShape{});
    history.resize(1);
    (in_validation ? history.back().val_loss : history.back().loss) = 2.1e16;
    const Finding finding = diagnose(history, context).primary();
    CHECK(finding.condition == Condition::rate_too_high);
    CHECK(finding.code() == "diverged");
    CHECK(number(finding, "highest_loss") == 2.1e16);
    CHECK(advises_rate(finding, 1e-3));
    // A network that is sure of wrong answers has a high loss too, and is only young where its rate is usual.
    context.learning_rate = 1e-3;
    (in_validation ? history.back().val_loss : history.back().loss) = 100;
    CHECK(primary(history, context) == Condition::too_short);
  }
}

TEST_CASE("a loss that falls and jumps up twice is unstable and once is an accident") {
  HistoryShape shape;
  shape.epochs = 20;
  run::History history = made_history(shape);
  history[9].loss = 0.9;
  CHECK(primary(history) != Condition::unstable);
  history[15].loss = 0.7;
  const Finding finding = diagnose(history, pets()).primary();
  CHECK(finding.condition == Condition::unstable);
  CHECK(number(finding, "jumps") == 2);
  CHECK(number(finding, "last_jump_epoch") == 16);
}

TEST_CASE("a rate far above what networks bear needs no more epochs to be seen, whatever the loss came to") {
  DiagnosisContext context = pets();
  context.steps_per_epoch = 1;
  struct Row {
    double rate, usual, loss;
  };
  for (const Row& row :
       {Row{3, 0.05, 5}, Row{3, 0.05, 0.7}, Row{50, 1e-3, 200}, Row{50, 1e-3, 0.6931}, Row{0.02, 1e-3, 1.2}})
    for (const size_t epochs : {1, 2, 5, 15}) {
      CAPTURE(row.rate);
      CAPTURE(row.loss);
      CAPTURE(epochs);
      context.learning_rate = row.rate, context.highest_rate = row.usual;
      run::History history = flat_history(row.loss, 1e-3);
      history.resize(epochs);
      for (run::EpochRecord& record : history) record.loss = record.val_loss = row.loss;
      const Finding finding = diagnose(history, context).primary();
      CHECK(finding.condition == Condition::rate_too_high);
      CHECK(advises_rate(finding, row.usual));
    }
  // What learns all the same is let be, and so is a rate that others bear.
  run::History learning = made_history(HistoryShape{});
  CHECK_FALSE(diagnose(learning, context).has(Condition::rate_too_high));
  context.learning_rate = 5e-3;
  run::History guessing = flat_history(0.7, 1e-3);
  guessing.resize(2);
  CHECK(primary(guessing, context) == Condition::too_short);
}

TEST_CASE("a rate of 0 teaches nothing, and one of next to nothing neither, however few the epochs") {
  for (const double rate : {0.0, 1e-12})
    for (const size_t epochs : {1, 2, 15}) {
      CAPTURE(rate);
      CAPTURE(epochs);
      DiagnosisContext context = pets();
      context.learning_rate = rate, context.steps_per_epoch = 1;
      run::History history = flat_history(0.7, 0);
      history.resize(epochs);
      for (run::EpochRecord& record : history) record.learning_rate = rate;
      const Finding finding = diagnose(history, context).primary();
      CHECK(finding.condition == Condition::rate_too_low);
      CHECK(number(finding, "learning_rate") == rate);
      CHECK(advises_rate(finding, rate == 0 ? 1e-3 : 1e-5));
    }
  // Nothing is learned either where a head was fitted before the steps.
  DiagnosisContext context = pets();
  HistoryShape fitted;
  fitted.start = fitted.training = fitted.validation = 0.95;
  run::History history = made_history(fitted);
  for (run::EpochRecord& record : history) record.learning_rate = 0;
  const Finding finding = diagnose(history, context).primary();
  CHECK(finding.condition == Condition::rate_too_low);
  CHECK(finding.code() == "rate_is_zero");
}

}  // namespace
}  // namespace margay::analysis
