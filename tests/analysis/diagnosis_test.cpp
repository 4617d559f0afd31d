// Made histories of many shapes get the diagnosis that a person would give, with and without noise.
#include "margay/analysis/diagnosis.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "tests/analysis/made_diagnosis.h"

namespace margay::analysis {
namespace {

using namespace margay::test;

TEST_CASE("two epochs are too few and none is no error") {
  HistoryShape shape;
  for (shape.epochs = 0; shape.epochs < 3; ++shape.epochs)
    CHECK(primary(made_history(shape)) == Condition::too_short);
  shape.epochs = 3;
  CHECK(primary(made_history(shape)) != Condition::too_short);
}

TEST_CASE("a bad start that is mended in few steps is no improvement yet") {
  run::History history(3);
  const double losses[] = {0.7516, 0.7219, 0.6925}, others[] = {0.7754, 0.7287, 0.7065};
  for (size_t i = 0; i < history.size(); ++i) {
    history[i].epoch = static_cast<int>(i) + 1;
    history[i].loss = losses[i], history[i].val_loss = others[i];
    history[i].learning_rate = 0.001;
    history[i].accuracy = 0.51, history[i].val_accuracy = 0.475;
  }
  DiagnosisContext context;
  context.train_count = 160, context.validation_count = 40, context.steps_per_epoch = 5;
  const Diagnosis few = diagnose(history, context);
  CHECK(few.primary().condition == Condition::too_short);
  CHECK(few.primary().advice == Advice::go_on_some_steps);
  CHECK(std::get<TooShort>(few.primary().facts).telling_steps == 200);
  // What falls below guessing has learned.
  for (run::EpochRecord& record : history) record.loss -= 0.1, record.val_loss -= 0.1;
  CHECK(diagnose(history, context).primary().condition == Condition::still_improving);
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

TEST_CASE("validation pictures that are all among the training pictures say nothing, and that is said once") {
  HistoryShape perfect;
  perfect.training = perfect.validation = 1, perfect.epochs_to_learn = 1;
  DiagnosisContext context = pets();
  for (const bool converged : {false, true}) {
    context.converged = converged;
    context.learned_validation = 999;
    CHECK(diagnose(made_history(perfect), context).has(Condition::few_new_pictures));
    CHECK_FALSE(diagnose(made_history(perfect), context).has(Condition::no_new_pictures));
    context.learned_validation = 1000;
    const Diagnosis diagnosis = diagnose(made_history(perfect), context);
    CHECK(diagnosis.primary().condition == Condition::no_new_pictures);
    CHECK(std::get<LearnedPictures>(diagnosis.primary().facts).all());
    CHECK(diagnosis.primary().code() == "learned_validation_pictures");
    CHECK_FALSE(diagnosis.has(Condition::healthy));
    for (const Finding& finding : diagnosis.findings) CHECK(finding.action.kind != Action::Kind::evaluate);
  }
  context.validation_count = context.learned_validation = 0;
  CHECK_FALSE(diagnose(made_history(perfect), context).has(Condition::no_new_pictures));
}

TEST_CASE("a part of the validation pictures that is learned from is told where it moves the accuracy") {
  HistoryShape good;
  good.training = 0.96, good.validation = 0.95;
  DiagnosisContext context = pets();
  context.validation_count = 1000;
  context.learned_validation = 19;
  CHECK_FALSE(diagnose(made_history(good), context).has(Condition::few_new_pictures));
  context.learned_validation = 121;
  const Diagnosis diagnosis = diagnose(made_history(good), context);
  CHECK(diagnosis.primary().condition == Condition::few_new_pictures);
  CHECK(number(diagnosis.primary(), "learned_validation") == 121);
  CHECK(diagnosis.primary().advice == Advice::take_out_learned);
  CHECK_FALSE(diagnosis.has(Condition::healthy));
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

TEST_CASE("a finding tells programs its codes and what to do") {
  const Finding finding = diagnose(made_history(memorising()), pets()).primary();
  CHECK(finding.code() == "memorising");
  CHECK(name_of(finding.advice) == "augment_and_drop_out");
  CHECK(to_json(finding.action) == Json({{"kind", "train"}, {"recipe", "article-regularized"}}));
}

}  // namespace
}  // namespace margay::analysis
