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

double number(const Finding& finding, const char* name) {
  REQUIRE(finding.numbers.contains(name));
  return finding.numbers.at(name);
}

TEST_CASE("a gap that grows while validation loss rises is overfitting with its numbers") {
  const Diagnosis diagnosis = diagnose(made_history(memorising()), pets());
  REQUIRE(diagnosis.findings.size() == 1);
  const Finding& finding = diagnosis.primary();
  CHECK(finding.condition == Condition::overfitting);
  CHECK(number(finding, "training_accuracy") == doctest::Approx(0.935).epsilon(0.01));
  CHECK(number(finding, "validation_accuracy") == doctest::Approx(0.704).epsilon(0.01));
  CHECK(number(finding, "gap_since_epoch") == 1);
  CHECK(number(finding, "loss_rises_since_epoch") == 5);
  CHECK(finding.command == "margay train pets --recipe article-regularized");
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
    CHECK(finding.command == "margay train pets --recipe finetune");
  }
  context.network_options = "--network resnet18";
  CHECK(diagnose({record}, context).primary().command ==
        "margay train pets --recipe finetune --network resnet18");
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
    return finding.command;
  };
  context.recipe = "my recipe's.toml", context.data_path = "my pets";
  CHECK(advised() == "margay train 'my pets' --recipe article-regularized");
  context.published = true;
  CHECK(advised() ==
        "margay train 'my pets' --recipe 'my recipe'\\''s.toml' --augment flip,rotate=15,zoom=0.2,shift=0.1");
  context.regularized = true;
  CHECK(advised() == "margay train 'my pets' --recipe transfer");
  context.pretrained = true;
  CHECK(advised() == "margay train 'my pets' --recipe 'my recipe'\\''s.toml' --keep best");
}

TEST_CASE("advised commands read and split the data as the training did") {
  HistoryShape shape = memorising();
  shape.validation = 0.5;
  DiagnosisContext context = pets();
  context.data_options = "--root pictures.zip --follow-links", context.split_options = "--split-seed 7";
  CHECK(diagnose(made_history(shape), context).primary().command ==
        "margay show pets --root pictures.zip --follow-links --count 20");
  CHECK(diagnose(made_history(memorising()), context)
            .primary()
            .command.starts_with(
                "margay train pets --root pictures.zip --follow-links --split-seed 7 --recipe "));
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

/// Learns nothing; the further columns are `highest_loss` in the first epoch and `update_ratio` in all.
run::History flat_history(double highest_loss, double update_ratio) {
  HistoryShape shape;
  shape.training = shape.validation = 0.5;
  run::History history = made_history(shape);
  for (run::EpochRecord& record : history)
    record.others = {{run::kHighestLoss, record.epoch == 1 ? highest_loss : record.loss},
                     {run::kUpdateRatio, update_ratio}};
  return history;
}

TEST_CASE("a loss that explodes in the first epoch is a rate too high") {
  const Finding finding = diagnose(flat_history(40, 1e-3), pets()).primary();
  CHECK(finding.condition == Condition::rate_too_high);
  CHECK(number(finding, "highest_loss") == 40);
  CHECK(number(finding, "guessing_loss") == doctest::Approx(std::log(2)));
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
  CHECK(number(finding, "highest_update_ratio") == 2e-5);
  CHECK(finding.command == "margay train pets --recipe article --set optimizer.lr=0.01");
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

TEST_CASE("accuracy at chance and a flat loss is stuck at chance") {
  HistoryShape shape;
  shape.training = shape.validation = 0.5, shape.accuracy_noise = 0.02;
  const Finding finding = diagnose(made_history(shape), pets()).primary();
  CHECK(finding.condition == Condition::stuck_at_chance);
  CHECK(number(finding, "guessing_accuracy") == 0.5);
  CHECK(finding.command == "margay train pets --recipe article --set optimizer.lr=0.0001");
}

TEST_CASE("a tiny learning rate without a measured step is too low") {
  HistoryShape shape;
  shape.training = shape.validation = 0.5;
  run::History history = made_history(shape);
  for (auto& record : history) record.learning_rate = 1e-8;
  CHECK(diagnose(history, pets()).primary().command ==
        "margay train pets --recipe article --set optimizer.lr=1e-05");
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
  CHECK(without.command == "margay train --resume runs/article --epochs 240");

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
  CHECK(finding.command == "margay train --resume runs/article --epochs 30");
  // Stopped on its way, it goes on to its own end; ended by patience, it would not.
  DiagnosisContext stopped = pets();
  stopped.planned_epochs = 3000;
  CHECK(diagnose(made_history(shape), stopped).primary().command == "margay train --resume runs/article");
  stopped.ended_by_patience = true;
  CHECK(diagnose(made_history(shape), stopped).primary().command ==
        "margay train --resume runs/article --patience 0");
  stopped.planned_epochs = 15;
  stopped.ended_by_patience = false;
  CHECK(diagnose(made_history(shape), stopped).primary().command ==
        "margay train --resume runs/article --epochs 30");
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

TEST_CASE("a rate far outside of what optimisers bear is no measure of the one that is advised") {
  DiagnosisContext context = pets();
  const auto advised = [&](const run::History& history) {
    return diagnose(history, context).primary().command;
  };
  context.learning_rate = 50;
  CHECK(advised(flat_history(1e17, 0.5)) == "margay train pets --recipe article --set optimizer.lr=0.001");
  context.learning_rate = 1e-12;
  CHECK(advised(flat_history(0.7, 1e-6)) == "margay train pets --recipe article --set optimizer.lr=1e-05");
  context.learning_rate = 0.002;
  CHECK(advised(flat_history(40, 1e-3)) == "margay train pets --recipe article --set optimizer.lr=0.0002");
}

TEST_CASE("a handful of steps is too short to tell, whatever came of them") {
  DiagnosisContext context = pets();
  context.steps_per_epoch = 2;
  for (const run::History& history :
       {flat_history(40, 1e-3), flat_history(0.7, 2e-5), flat_history(0.7, 1e-3)}) {
    const Finding finding = diagnose(history, context).primary();
    CHECK(finding.condition == Condition::too_short);
    CHECK(number(finding, "steps") == 30);
    CHECK(finding.command == "margay train --resume runs/article --epochs 100");
  }
}

TEST_CASE("far too few pictures are told first, whatever came of them") {
  HistoryShape perfect;
  perfect.training = perfect.validation = 1, perfect.epochs_to_learn = 1;
  const run::History history = made_history(perfect);
  struct Row {
    int64_t smallest_class, validation_count;
    int validation_classes;
  };
  for (const Row& row : {Row{1, 100, 2}, Row{9, 100, 2}, Row{100, 40, 1}, Row{100, 9, 2}}) {
    DiagnosisContext context = pets();
    context.smallest_class = row.smallest_class, context.validation_count = row.validation_count;
    context.validation_classes = row.validation_classes;
    for (const bool converged : {false, true}) {
      context.converged = converged;
      const Diagnosis diagnosis = diagnose(history, context);
      CHECK(diagnosis.primary().condition == Condition::too_few_pictures);
      CHECK_FALSE(diagnosis.has(Condition::healthy));
      CHECK(number(diagnosis.primary(), "smallest_class") == static_cast<double>(row.smallest_class));
    }
  }
  DiagnosisContext enough = pets();
  enough.smallest_class = 10, enough.validation_count = 10, enough.validation_classes = 2;
  CHECK_FALSE(diagnose(history, enough).has(Condition::too_few_pictures));
  DiagnosisContext one = pets();
  one.smallest_class = 1, one.validation_count = 0;
  CHECK(primary(test::without_validation(history), one) == Condition::too_few_pictures);
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
  CHECK(finding.command == "margay train pets --recipe article --set optimizer.lr=0.001");
}

TEST_CASE("a loss that is out of all bounds is no matter of more epochs, in whichever split it shows") {
  DiagnosisContext context = pets();
  context.steps_per_epoch = 1, context.learning_rate = 50;
  for (const bool in_validation : {true, false}) {
    CAPTURE(in_validation);
    run::History history = made_history(HistoryShape{});
    history.resize(1);
    (in_validation ? history.back().val_loss : history.back().loss) = 2.1e16;
    const Finding finding = diagnose(history, context).primary();
    CHECK(finding.condition == Condition::rate_too_high);
    CHECK(finding.evidence.find("2.1e+16") == std::string::npos);  // as people write it
    CHECK(number(finding, "highest_loss") == 2.1e16);
    CHECK(finding.command == "margay train pets --recipe article --set optimizer.lr=0.001");
    // A network that is sure of wrong answers has a high loss too, and is only young.
    (in_validation ? history.back().val_loss : history.back().loss) = 100;
    CHECK(primary(history, context) == Condition::too_short);
  }
}

TEST_CASE("the diagnosis prints with evidence and advice and command") {
  const Diagnosis diagnosis = diagnose(made_history(memorising()), pets());
  const std::string text = format_diagnosis(diagnosis);
  CHECK(text.starts_with("Diagnosis: overfitting\n  "));
  CHECK(text.ends_with("\n    margay train pets --recipe article-regularized\n"));
  for (size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
    CHECK(end - at <= 100);
  const Json json = to_json(diagnosis);
  REQUIRE(json.size() == 1);
  CHECK(json[0].at("condition") == "overfitting");
  CHECK(json[0].at("numbers").at("gap_since_epoch") == 1);
}

}  // namespace
}  // namespace margay::report
