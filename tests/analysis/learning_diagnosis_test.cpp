// What is said of what was learned, and of whether it holds for other pictures.
#include <doctest/doctest.h>

#include <utility>

#include "margay/analysis/diagnosis.h"
#include "tests/analysis/made_diagnosis.h"

namespace margay::analysis {
namespace {

using namespace margay::test;

TEST_CASE("a gap that grows while validation loss rises is overfitting with its numbers") {
  const Diagnosis diagnosis = diagnose(made_history(memorising()), pets());
  REQUIRE(diagnosis.findings.size() == 1);
  const Finding& finding = diagnosis.primary();
  CHECK(finding.condition == Condition::overfitting);
  CHECK(number(finding, "training_accuracy") == doctest::Approx(0.935).epsilon(0.01));
  CHECK(number(finding, "validation_accuracy") == doctest::Approx(0.704).epsilon(0.01));
  CHECK(number(finding, "gap_since_epoch") == 1);
  CHECK(number(finding, "loss_rises_since_epoch") == 5);
  CHECK(finding.code() == "memorising");
  CHECK(finding.action == training("article-regularized"));
}

TEST_CASE("the evidence names the epochs in which gap and validation loss turn") {
  run::History history = made_history(memorising());
  for (int i = 0; i < 15; ++i) {
    history[i].accuracy = 0.55 + 0.027 * i, history[i].loss = 0.7 - 0.04 * i;
    history[i].val_accuracy = i < 5 ? history[i].accuracy : 0.66;
    history[i].val_loss = i < 4 ? 0.7 - 0.02 * i : 0.62 + 0.03 * (i - 4);
  }
  const Finding finding = diagnose(history, pets()).primary();
  CHECK(number(finding, "gap_since_epoch") == 6);
  CHECK(number(finding, "loss_rises_since_epoch") == 5);
}

TEST_CASE("what is advised against overfitting depends on what has been tried already") {
  DiagnosisContext context = pets();
  const auto advised = [&] {
    const Finding finding = diagnose(made_history(memorising()), context).primary();
    CHECK(finding.condition == Condition::overfitting);
    return finding.action;
  };
  context.recipe = "mine.toml";
  CHECK(advised() == training("article-regularized"));
  context.published = true;
  Action augmented = training("mine.toml");
  augmented.augment = "flip,rotate=15,zoom=0.2,shift=0.1";
  CHECK(advised() == augmented);
  context.regularized = true;
  CHECK(advised() == training("transfer"));
  context.pretrained = true;
  Action kept = training("mine.toml");
  kept.keep_best = true;
  CHECK(advised() == kept);
}

TEST_CASE("a gap that few validation pictures cannot show is not called overfitting") {
  HistoryShape shape;
  shape.epochs = 30, shape.training = 0.90, shape.validation = 0.80, shape.epochs_to_learn = 2;
  DiagnosisContext context = pets();
  CHECK(primary(made_history(shape), context) == Condition::overfitting);
  context.validation_count = 20;
  CHECK(primary(made_history(shape), context) == Condition::healthy);
}

TEST_CASE("a fall that comes from how pictures are shown is no improvement") {
  HistoryShape shape;
  shape.epochs = 120, shape.validation = 0.85, shape.training = 0.84;
  run::History history = made_history(shape);
  for (run::EpochRecord& record : history)
    if (record.epoch > 80) record.loss *= 0.6, record.val_loss *= 0.8;
  std::erase_if(history, [](const run::EpochRecord& record) { return record.epoch % 10 != 0; });
  DiagnosisContext context = pets();
  const Finding without = diagnose(history, context).primary();
  CHECK(without.condition == Condition::still_improving);
  CHECK(number(without, "epochs_of_trend") == 6);
  CHECK(number(without, "training_loss_change") < -0.3);
  CHECK(without.action == going_on(240));

  const run::History two(history.begin(), history.begin() + 2);
  CHECK(primary(two, context) == Condition::too_short);
  CHECK(number(diagnose(two, context).primary(), "epochs") == 20);

  context.alike_since = 81;
  const Finding healthy = diagnose(history, context).primary();
  CHECK(healthy.condition == Condition::healthy);
  CHECK(number(healthy, "settled") == 0);  // four validated epochs cannot show it

  context.alike_since = 101;  // two epochs since then are no trend
  const Finding unknown = diagnose(history, context).primary();
  CHECK(unknown.condition == Condition::healthy);
  CHECK(number(unknown, "settled") == 0);

  shape.training = shape.validation = 0.6;
  context.alike_since = 119;
  CHECK(primary(made_history(shape), context) == Condition::too_short);
  shape.training = shape.validation = 0.5;  // guessing needs no trend to be seen
  CHECK(primary(made_history(shape), context) == Condition::stuck_at_chance);
}

TEST_CASE("a loss that still falls in the last epochs is still improving") {
  HistoryShape shape;
  shape.training = 0.9, shape.validation = 0.88, shape.epochs_to_learn = 20;
  const Finding finding = diagnose(made_history(shape), pets()).primary();
  CHECK(finding.condition == Condition::still_improving);
  CHECK(finding.action == going_on(30));
  // Stopped on its way, it goes on to its own end; ended by patience, it would not.
  DiagnosisContext stopped = pets();
  stopped.planned_epochs = 3000;
  CHECK(diagnose(made_history(shape), stopped).primary().action == going_on(0));
  stopped.ended_by_patience = true;
  CHECK(diagnose(made_history(shape), stopped).primary().action == going_on(0, true));
  stopped.planned_epochs = 15;
  stopped.ended_by_patience = false;
  CHECK(diagnose(made_history(shape), stopped).primary().action == going_on(30));
}

TEST_CASE("a plateau at a low level on both splits is underfitting") {
  HistoryShape shape;
  shape.epochs = 30, shape.training = 0.64, shape.validation = 0.63, shape.epochs_to_learn = 2;
  CHECK(primary(made_history(shape)) == Condition::underfitting);
  shape.training = 0.62, shape.validation = 0.66;
  CHECK(primary(made_history(shape)) == Condition::underfitting);
}

TEST_CASE("validation above training is not underfitting by itself") {
  HistoryShape shape;
  shape.epochs = 40, shape.training = 0.76, shape.validation = 0.82, shape.epochs_to_learn = 3;
  DiagnosisContext context = pets();
  context.regularized = true;
  const Finding finding = diagnose(made_history(shape), context).primary();
  CHECK(finding.condition == Condition::healthy);
  CHECK(number(finding, "gap") == doctest::Approx(-0.06).epsilon(0.01));
  CHECK(number(finding, "settled") == 1);
}

}  // namespace
}  // namespace margay::analysis
