// What is advised after a training, and on which pictures.
#include "margay/analysis/next_steps.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "margay/analysis/decision.h"
#include "margay/core/error.h"

namespace margay::analysis {
namespace {

using Purpose = NextStep::Purpose;
using Wish = NextStep::Wish;

DiagnosisContext context_of(bool pretrained, bool converged) {
  DiagnosisContext context;
  context.validation_count = 100;
  context.pretrained = pretrained, context.converged = converged;
  return context;
}

Diagnosis found(Condition condition, const std::string& recipe = {}) {
  Finding finding{.condition = condition};
  if (!recipe.empty()) finding.action = {.kind = Action::Kind::train, .recipe = recipe};
  return {{finding}};
}

std::vector<Wish> wishes_of(const std::vector<NextStep>& steps, Purpose purpose) {
  std::vector<Wish> wishes;
  for (const NextStep& step : steps)
    if (step.purpose == purpose) wishes.push_back(step.wish);
  return wishes;
}

using Wishes = std::vector<Wish>;

TEST_CASE("a model is used and measured on pictures that it has not learned from") {
  const auto steps = next_steps(found(Condition::healthy), context_of(false, false), false);
  CHECK(wishes_of(steps, Purpose::use) == Wishes{Wish::ask_it});
  CHECK(wishes_of(steps, Purpose::measure) == Wishes{Wish::measure_validation, Wish::measure_others});
  const auto with_test = next_steps(found(Condition::healthy), context_of(false, false), true);
  CHECK(wishes_of(with_test, Purpose::measure) == Wishes{Wish::measure_validation, Wish::measure_test});
  CHECK(with_test[2].action.pictures == ActionPictures::test);
  DiagnosisContext blind = context_of(false, false);
  blind.validation_count = 0;
  CHECK(wishes_of(next_steps(found(Condition::no_validation), blind, false), Purpose::measure).size() == 1);
}

TEST_CASE("validation pictures that were learned from are no pictures to measure with") {
  DiagnosisContext context = context_of(false, false);
  context.learned_validation = 40;
  const auto some = next_steps(found(Condition::healthy), context, false);
  CHECK(some[1].fresh_pictures == 60);
  CHECK(some[1].some_learned);
  context.unknown_weights = {"old.safetensors"};
  CHECK(next_steps(found(Condition::healthy), context, false)[1].unknown_weights.size() == 1);
  context.unknown_weights.clear();
  context.learned_validation = 100;
  const auto none = next_steps(found(Condition::no_new_pictures), context, false);
  CHECK(wishes_of(none, Purpose::measure) == Wishes{Wish::measure_others});
}

TEST_CASE("what would make it better is what has not been tried") {
  const auto better = [](const Diagnosis& diagnosis, const DiagnosisContext& context) {
    return wishes_of(next_steps(diagnosis, context, false), Purpose::improve);
  };
  CHECK(better(found(Condition::healthy), context_of(false, false)) == Wishes{Wish::fit_published});
  CHECK(better(found(Condition::overfitting, "mine"), context_of(false, false)) ==
        Wishes{Wish::follow_finding, Wish::fit_published});
  CHECK(better(found(Condition::overfitting, "transfer"), context_of(false, false)) ==
        Wishes{Wish::follow_finding});
  CHECK(better(found(Condition::healthy), context_of(true, true)) == Wishes{Wish::train_all_layers});
  CHECK(better(found(Condition::overfitting, "finetune"), context_of(true, true)) ==
        Wishes{Wish::follow_finding});
  CHECK(better(found(Condition::healthy), context_of(true, false)).empty());
  // 99 % leave no more to gain than can be measured.
  Diagnosis good = found(Condition::healthy);
  good.findings.front().facts = Healthy{.gap = {.levels = {.training = 0.99, .validation = 0.99}}};
  CHECK(better(good, context_of(true, true)).empty());
  CHECK(better(good, context_of(false, false)).empty());
}

TEST_CASE("weights that are not at hand are told as a download") {
  DiagnosisContext context = context_of(false, false);
  context.weights_bytes = 14'019'488;
  CHECK(next_steps(found(Condition::healthy), context, false).back().download_bytes == 14'019'488);
}

TEST_CASE("a training that is lost may leave no model to use, and may leave one") {
  DiagnosisContext context = context_of(false, false);
  CHECK(wishes_of(next_steps(found(Condition::not_finite, "slower"), context, true), Purpose::use).size() ==
        1);
  context.has_model = false;
  const auto steps = next_steps(found(Condition::not_finite, "slower"), context, true);
  CHECK(wishes_of(steps, Purpose::use).empty());
  CHECK(wishes_of(steps, Purpose::measure).empty());
  CHECK(wishes_of(steps, Purpose::improve).front() == Wish::follow_finding);
}

TEST_CASE("decisions are read with and without codes, and damaged ones are refused") {
  const auto read = decisions_from_json(
      Json::parse(R"([{"setting": "threads", "value": "2", "reason": "as many as this process may use"},
                      {"setting": "device", "value": "cpu", "reason": "r", "code": "no_cuda", "fields": []},
                      {"setting": "device", "value": "cpu", "reason": "r", "code": "of a newer version"}])"),
      "here");
  REQUIRE(read.size() == 3);
  CHECK(read[0].code == DecisionCode::recorded);
  CHECK(read[1].code == DecisionCode::no_cuda);
  CHECK(read[2].code == DecisionCode::recorded);
  for (const char* damaged :
       {"{}", "[1]", R"([{"setting": "a", "value": 1, "reason": "b"}])", R"([{"setting": "a"}])"}) {
    CAPTURE(damaged);
    CHECK_THROWS_AS(decisions_from_json(Json::parse(damaged), "here"), FormatError);
  }
}

}  // namespace
}  // namespace margay::analysis
