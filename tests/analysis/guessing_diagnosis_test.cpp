// What is said of networks that guess, and of those that only look like it.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <utility>

#include "margay/analysis/diagnosis.h"
#include "tests/analysis/made_diagnosis.h"

namespace margay::analysis {
namespace {

using namespace margay::test;

TEST_CASE("accuracy at chance and a flat loss is stuck at chance") {
  HistoryShape shape;
  shape.training = shape.validation = 0.5, shape.accuracy_noise = 0.02;
  const Finding finding = diagnose(made_history(shape), pets()).primary();
  CHECK(finding.condition == Condition::stuck_at_chance);
  CHECK(number(finding, "guessing_accuracy") == 0.5);
  CHECK(finding.code() == "stuck_at_chance");
  CHECK(advises_rate(finding, 1e-4));
}

TEST_CASE("chance follows the number of classes and the most frequent class") {
  DiagnosisContext context = pets();
  HistoryShape shape;
  shape.start = 0.2, shape.training = shape.validation = 0.2, shape.chance_loss = std::log(5);
  context.classes = 5;
  CHECK(primary(made_history(shape), context) == Condition::stuck_at_chance);
  context.classes = 2, context.majority_share = 0.9;
  shape.start = shape.training = shape.validation = 0.9, shape.chance_loss = 0.325;
  CHECK(primary(made_history(shape), context) == Condition::stuck_at_chance);
  context.majority_share = 0;
  CHECK(primary(made_history(shape), context) == Condition::healthy);
}

TEST_CASE("guessing in validation is that of its own classes and never finds a rare one") {
  DiagnosisContext context = pets();
  context.converged = true, context.majority_share = 0.95;
  run::EpochRecord record{
      .epoch = 1, .loss = 0, .accuracy = 1, .val_loss = 0.16, .val_accuracy = 0.955, .others = {}};
  const Finding alike = diagnose({record}, context).primary();
  CHECK(alike.condition == Condition::stuck_at_chance);
  CHECK(number(alike, "guessing_accuracy") == 0.95);
  record.others = {{run::kBalancedAccuracy, 0.8}};
  CHECK(primary({record}, context) == Condition::healthy);
  record.others.clear();
  context.validation_majority_share = 0.5;
  CHECK(primary({record}, context) == Condition::healthy);

  HistoryShape shape;
  shape.start = 0.5, shape.training = 0.96, shape.validation = 0.95;
  context.converged = false;
  CHECK(primary(made_history(shape), context) != Condition::underfitting);
}

TEST_CASE("learning on training pictures alone makes the labels look shuffled") {
  HistoryShape shape = memorising();
  shape.validation = 0.5;
  const Finding finding = diagnose(made_history(shape), pets()).primary();
  CHECK(finding.condition == Condition::shuffled_labels);
  CHECK(number(finding, "best_validation_accuracy") == doctest::Approx(0.5));
  CHECK(number(finding, "guessing_accuracy") == 0.5);
  shape.validation = 0.56;
  CHECK(primary(made_history(shape)) == Condition::overfitting);
}

TEST_CASE("with few validation pictures the labels are not suspected") {
  HistoryShape shape = memorising();
  shape.validation = 0.5;
  DiagnosisContext context = pets();
  context.validation_count = 40;
  const Finding finding = diagnose(made_history(shape), context).primary();
  CHECK(finding.condition == Condition::overfitting);
  CHECK(number(finding, "guessing_accuracy") == 0.5);
}

TEST_CASE("a head that has converged is not too short but may know its pictures by heart, or guess") {
  DiagnosisContext context = pets();
  context.converged = context.pretrained = context.published = true;
  run::EpochRecord record{
      .epoch = 1, .loss = 0.05, .accuracy = 0.999, .val_loss = 0.3, .val_accuracy = 0.95, .others = {}};
  CHECK(primary({record}, context) == Condition::healthy);
  for (const auto& [training, validation] : {std::pair(1.0, 0.72), std::pair(0.92, 0.69)}) {
    record.accuracy = training, record.val_accuracy = validation;
    const Finding finding = diagnose({record}, context).primary();
    CHECK(finding.condition == Condition::overfitting);
    CHECK(number(finding, "gap") == doctest::Approx(training - validation));
    CHECK(finding.code() == "memorising_head");
    CHECK(finding.action.recipe == "finetune");
    CHECK(finding.action.same_network);
  }
  context.validation_count = 10;  // 23 points are luck, with so few
  record.others = {{run::kBalancedAccuracy, 0.69}};
  CHECK(primary({record}, context) == Condition::healthy);
  context.validation_count = 1000;
  record.others.clear();
  record.val_accuracy = 0.51;
  CHECK(primary({record}, context) == Condition::stuck_at_chance);
  record.val_accuracy = record.val_loss = std::nan("");
  CHECK(primary({record}, context) == Condition::no_validation);
}

TEST_CASE("what validation has learned is not stuck at chance, whatever training shows of it") {
  // Mixed pictures and smoothed labels: training looks like guessing.
  HistoryShape shape;
  shape.training = 0.51;
  const auto history_of = [&](double accuracy, double val_loss) {
    run::History history = made_history(shape);
    for (run::EpochRecord& record : history) {
      record.loss = 0.68, record.accuracy = 0.51;
      record.val_accuracy = accuracy;
      record.val_loss = val_loss - 0.004 * record.epoch;
      record.others = {{run::kHighestLoss, record.epoch == 1 ? 6.0 : 0.7}, {run::kUpdateRatio, 0.06}};
    }
    return history;
  };
  DiagnosisContext context = pets();
  context.regularized = true;
  for (const auto& row : {std::pair(0.64, 0.68), std::pair(0.67, 0.65), std::pair(0.52, 0.6)}) {
    const auto& [accuracy, val_loss] = row;
    CAPTURE(row.first);
    const Diagnosis diagnosis = diagnose(history_of(accuracy, val_loss), context);
    for (const Condition wrong : {Condition::stuck_at_chance, Condition::rate_too_high})
      CHECK_FALSE(diagnosis.has(wrong));
  }
  CHECK(primary(history_of(0.51, 0.75), context) != Condition::healthy);  // this does guess
}

TEST_CASE("that features tell nothing takes enough pictures to say, in validation or in training") {
  struct Row {
    double training, validation;
    int64_t train_count, validation_count;
    bool is_said;
  };
  for (const Row& row :
       {Row{0.97, 0.5, 400, 4, false}, Row{0.97, 0.6, 400, 5, false}, Row{0.8, 0.5, 20, 2, false},
        Row{0.75, 0.55, 400, 20, false}, Row{0.75, 0.51, 400, 200, true}, Row{0.53, 0.5, 2000, 20, true}}) {
    CAPTURE(row.training);
    CAPTURE(row.validation_count);
    DiagnosisContext context = pets();
    context.converged = true;
    context.train_count = row.train_count, context.validation_count = row.validation_count;
    const Diagnosis diagnosis = diagnose({{.epoch = 1,
                                           .loss = 0.3,
                                           .accuracy = row.training,
                                           .val_loss = 0.69,
                                           .val_accuracy = row.validation,
                                           .others = {}}},
                                         context);
    CHECK(diagnosis.has(Condition::stuck_at_chance) == row.is_said);
    for (const Finding& finding : diagnosis.findings)
      CHECK((finding.code() == "blind_features") == (finding.condition == Condition::stuck_at_chance));
    CHECK_FALSE(diagnosis.has(Condition::healthy));
  }
}

TEST_CASE("an unknown number of training pictures proves nothing") {
  DiagnosisContext context = pets();
  context.converged = true, context.train_count = 0, context.validation_count = 20;
  context.majority_share = 0.9, context.validation_majority_share = 0.5;
  const run::EpochRecord record{
      .epoch = 1, .loss = 0.3, .accuracy = 0.62, .val_loss = 0.69, .val_accuracy = 0.6, .others = {}};
  CHECK(primary({record}, context) == Condition::too_few_pictures);
}

TEST_CASE("what may be guessing on few validation pictures is not healthy") {
  HistoryShape shape;
  shape.training = 0.83, shape.validation = 0.5, shape.epochs_to_learn = 5;
  DiagnosisContext context = pets();
  context.train_count = 48, context.validation_count = 12;
  CHECK(primary(made_history(shape), context) == Condition::too_few_pictures);
}

}  // namespace
}  // namespace margay::analysis
