// Made histories of many shapes get the diagnosis that a person would give, with and without noise.
#include "margay/report/diagnosis.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "tests/report/made_history.h"

namespace margay::report {
namespace {

using test::HistoryShape;
using test::made_history;

DiagnosisContext pets() {
  DiagnosisContext context;
  context.classes = 2, context.train_count = 2000, context.validation_count = 1000;
  context.data_path = "pets", context.run_path = "runs/article";
  return context;
}

HistoryShape memorising() {
  HistoryShape shape;
  shape.training = 0.97, shape.validation = 0.72, shape.epochs_to_learn = 5, shape.val_loss_rise = 0.04;
  return shape;
}

Condition primary(const run::History& history, const DiagnosisContext& context = pets()) {
  return diagnose(history, context).primary().condition;
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("a gap that grows while validation loss rises is overfitting with its numbers") {
  const Diagnosis diagnosis = diagnose(made_history(memorising()), pets());
  REQUIRE(diagnosis.findings.size() == 1);
  const Finding& finding = diagnosis.primary();
  CHECK(finding.condition == Condition::overfitting);
  CHECK(
      finding.evidence ==
      "training accuracy 94 %, validation 71 % (medians of the last 3 epochs); the gap grows since epoch 1, "
      "validation loss rises since epoch 5: the network memorises");
  CHECK(finding.command == "margay train pets --recipe article-regularized");
}

TEST_CASE(
    "a head that has converged is neither too short nor overfitted but may be no better than guessing") {
  DiagnosisContext context = pets();
  context.converged = true;
  run::EpochRecord record{
      .epoch = 1, .loss = 0.05, .accuracy = 0.999, .val_loss = 0.3, .val_accuracy = 0.88, .others = {}};
  CHECK(primary({record}, context) == Condition::healthy);
  record.val_accuracy = 0.51;
  CHECK(primary({record}, context) == Condition::stuck_at_chance);
  record.val_accuracy = record.val_loss = std::nan("");
  CHECK(primary({record}, context) == Condition::no_validation);
}

TEST_CASE("the evidence names the epochs in which gap and validation loss turn") {
  run::History history = made_history(memorising());
  for (int i = 0; i < 15; ++i) {
    history[i].accuracy = 0.55 + 0.027 * i, history[i].loss = 0.7 - 0.04 * i;
    history[i].val_accuracy = i < 5 ? history[i].accuracy : 0.66;
    history[i].val_loss = i < 4 ? 0.7 - 0.02 * i : 0.62 + 0.03 * (i - 4);
  }
  const std::string evidence = diagnose(history, pets()).primary().evidence;
  CAPTURE(evidence);
  CHECK(contains(evidence, "the gap grows since epoch 6, validation loss rises since epoch 5"));
}

TEST_CASE("overfitting of a recipe that is regularized already gets other advice") {
  DiagnosisContext context = pets();
  context.regularized = true, context.recipe = "my recipe's.toml";
  const Finding finding = diagnose(made_history(memorising()), context).primary();
  CHECK(finding.condition == Condition::overfitting);
  CHECK(finding.command == "margay train pets --recipe 'my recipe'\\''s.toml' --keep best");
}

TEST_CASE("learning on training pictures alone makes the labels look shuffled") {
  HistoryShape shape = memorising();
  shape.validation = 0.5;
  const Finding finding = diagnose(made_history(shape), pets()).primary();
  CHECK(finding.condition == Condition::shuffled_labels);
  CHECK(contains(finding.evidence, "in no epoch was validation better than guessing (50 %)"));
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
  CHECK(contains(finding.evidence, "no better than guessing (50 %)"));
}

/// Learns nothing; the further columns are `highest_loss` in the first epoch and `weight_change` in all.
run::History flat_history(double highest_loss, double weight_change) {
  HistoryShape shape;
  shape.training = shape.validation = 0.5;
  run::History history = made_history(shape);
  for (run::EpochRecord& record : history)
    record.others = {{run::kHighestLoss, record.epoch == 1 ? highest_loss : record.loss},
                     {run::kWeightChange, weight_change}};
  return history;
}

TEST_CASE("a loss that explodes in the first epoch is a rate too high") {
  const Finding finding = diagnose(flat_history(40, 1e-3), pets()).primary();
  CHECK(finding.condition == Condition::rate_too_high);
  CHECK(contains(finding.evidence, "in epoch 1 the loss went up to 40, and that of guessing is 0.693"));
  CHECK(finding.command == "margay train pets --recipe article --set optimizer.lr=0.0001");
  HistoryShape recovered;
  run::History history = made_history(recovered);
  for (run::EpochRecord& record : history) record.others = {{run::kHighestLoss, 40.0}};
  history.front().others.front().second = 40;
  CHECK(primary(history) != Condition::rate_too_high);
}

TEST_CASE("steps that hardly move the weights are a rate too low") {
  const Finding finding = diagnose(flat_history(0.7, 2e-5), pets()).primary();
  CHECK(finding.condition == Condition::rate_too_low);
  CHECK(contains(finding.evidence, "no step moved the weights by more than 2e-05 of their size"));
  CHECK(finding.command == "margay train pets --recipe article --set optimizer.lr=0.01");
  CHECK(primary(flat_history(0.7, 1e-3)) == Condition::stuck_at_chance);
}

TEST_CASE("large steps that lead nowhere are a rate too high") {
  run::History history = flat_history(0.7, 1e-6);
  history[1].others.back().second = 0.2;
  const Finding finding = diagnose(history, pets()).primary();
  CHECK(finding.condition == Condition::rate_too_high);
  CHECK(contains(finding.evidence, "a single step moved the weights by 20 % of their size"));
}

TEST_CASE("weights that nothing reaches are stuck and not slow") {
  const Finding finding = diagnose(flat_history(0.7, 0), pets()).primary();
  CHECK(finding.condition == Condition::stuck_at_chance);
  CHECK(contains(finding.evidence, "no gradient reaches the weights any more"));
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
  CHECK(contains(finding.evidence, "training loss jumped up in 2 of 20 epochs, the last time in epoch 16"));
}

TEST_CASE("accuracy at chance and a flat loss is stuck at chance") {
  HistoryShape shape;
  shape.training = shape.validation = 0.5, shape.accuracy_noise = 0.02;
  const Finding finding = diagnose(made_history(shape), pets()).primary();
  CHECK(finding.condition == Condition::stuck_at_chance);
  CHECK(contains(finding.evidence, "guessing would give 50 %"));
  CHECK(finding.command == "margay train pets --recipe article --set optimizer.lr=0.0001");
}

TEST_CASE("a tiny learning rate without a measured step is too low") {
  HistoryShape shape;
  shape.training = shape.validation = 0.5;
  run::History history = made_history(shape);
  for (auto& record : history) record.learning_rate = 1e-8;
  CHECK(diagnose(history, pets()).primary().command ==
        "margay train pets --recipe article --set optimizer.lr=1e-06");
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
  CHECK(contains(alike.evidence, "guessing would give 95 %"));
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
  CHECK(contains(without.evidence, "over the last 60 epochs training loss fell"));
  CHECK(contains(without.evidence, "(medians of the last 3 validated epochs)"));
  CHECK(contains(without.command, "--epochs 240"));

  const run::History two(history.begin(), history.begin() + 2);
  CHECK(contains(diagnose(two, context).primary().evidence, "after 20 epochs, 2 of them validated: too few"));

  context.alike_since = 81;
  const Finding healthy = diagnose(history, context).primary();
  CHECK(healthy.condition == Condition::healthy);
  CHECK(contains(healthy.evidence, "validation loss has settled"));

  context.alike_since = 101;  // two epochs since then are no trend
  const Finding unknown = diagnose(history, context).primary();
  CHECK(unknown.condition == Condition::healthy);
  CHECK_FALSE(contains(unknown.evidence, "settled"));

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
  CHECK(finding.command == "margay train --resume runs/article --epochs 30");
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
  CHECK(contains(finding.evidence, "validation leads by 6.0 points, because only training is made harder"));
}

TEST_CASE("a loss that is not finite is named with its epoch and what came before") {
  run::History history = made_history({});
  history[2].loss = std::nan("");
  const Diagnosis diagnosis = diagnose(history, pets());
  REQUIRE(diagnosis.findings.size() == 1);
  CHECK(diagnosis.primary().condition == Condition::not_finite);
  CHECK(contains(diagnosis.primary().evidence, "the training loss is nan in epoch 3, after 0."));
  history[2].loss = 1, history[2].val_loss = std::numeric_limits<double>::infinity();
  CHECK(contains(diagnose(history, pets()).primary().evidence, "the validation loss is inf in epoch 3"));
  history.resize(1);
  history[0].loss = std::nan("");
  CHECK(diagnose(history, pets()).primary().condition == Condition::not_finite);
}

TEST_CASE("two epochs are too few and none is no error") {
  HistoryShape shape;
  for (shape.epochs = 0; shape.epochs < 3; ++shape.epochs)
    CHECK(primary(made_history(shape)) == Condition::too_short);
  shape.epochs = 3;
  CHECK(primary(made_history(shape)) != Condition::too_short);
}

TEST_CASE("without validation pictures that is said and memorising is not claimed") {
  const Diagnosis diagnosis = diagnose(test::without_validation(made_history(memorising())), pets());
  CHECK(diagnosis.has(Condition::no_validation));
  CHECK_FALSE(diagnosis.has(Condition::overfitting));
  CHECK_FALSE(diagnosis.has(Condition::not_finite));
  HistoryShape slow;
  slow.epochs_to_learn = 20;
  const Diagnosis improving = diagnose(test::without_validation(made_history(slow)), pets());
  CHECK(improving.primary().condition == Condition::still_improving);
  CHECK(improving.has(Condition::no_validation));
}

TEST_CASE("epochs without validation among others are left out") {
  run::History history = made_history(memorising());
  for (size_t i = 0; i < history.size(); i += 2) history[i].val_loss = history[i].val_accuracy = std::nan("");
  CHECK(primary(history) == Condition::overfitting);
}

TEST_CASE("a gap that few validation pictures cannot show is not called overfitting") {
  HistoryShape shape;
  shape.epochs = 30, shape.training = 0.90, shape.validation = 0.80, shape.epochs_to_learn = 2;
  DiagnosisContext context = pets();
  CHECK(primary(made_history(shape), context) == Condition::overfitting);
  context.validation_count = 20;
  CHECK(primary(made_history(shape), context) == Condition::healthy);
}

TEST_CASE("noise does not change the diagnosis") {
  int healthy_accused = 0, overfitting_missed = 0, stuck_missed = 0, improving_missed = 0;
  constexpr int kTrials = 200;
  for (int trial = 0; trial < kTrials; ++trial) {
    HistoryShape healthy;
    healthy.epochs = 60, healthy.training = 0.82, healthy.validation = 0.81, healthy.epochs_to_learn = 8;
    HistoryShape overfitting = memorising();
    HistoryShape stuck;
    stuck.training = stuck.validation = 0.5;
    HistoryShape improving;
    improving.training = 0.85, improving.validation = 0.84, improving.epochs_to_learn = 15;
    for (HistoryShape* shape : {&healthy, &overfitting, &stuck, &improving})
      shape->accuracy_noise = 0.015, shape->seed = static_cast<uint64_t>(trial);
    const Condition found = primary(made_history(healthy));
    healthy_accused += found != Condition::healthy && found != Condition::still_improving;
    overfitting_missed += primary(made_history(overfitting)) != Condition::overfitting;
    stuck_missed += primary(made_history(stuck)) != Condition::stuck_at_chance;
    improving_missed += primary(made_history(improving)) != Condition::still_improving;
  }
  CHECK(healthy_accused == 0);
  CHECK(overfitting_missed == 0);
  CHECK(stuck_missed == 0);
  CHECK(improving_missed <= kTrials / 20);
}

TEST_CASE("the diagnosis prints with evidence and advice and command") {
  const Diagnosis diagnosis = diagnose(made_history(memorising()), pets());
  const std::string text = format_diagnosis(diagnosis);
  CHECK(text.starts_with("Diagnosis: overfitting\n  training accuracy 94 %"));
  CHECK(text.ends_with("\n    margay train pets --recipe article-regularized\n"));
  for (size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
    CHECK(end - at <= 100);
  const Json json = to_json(diagnosis);
  REQUIRE(json.size() == 1);
  CHECK(json[0].at("condition") == "overfitting");
}

}  // namespace
}  // namespace margay::report
