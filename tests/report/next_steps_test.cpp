// What is said after a training: commands that work for this run, whatever its paths are called.
#include "margay/report/next_steps.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "margay/core/error.h"
#include "margay/core/utf8.h"
#include "margay/report/decision.h"
#include "margay/report/wrapped_text.h"

namespace margay::report {
namespace {

using Purpose = NextStep::Purpose;

DiagnosisContext context_of(bool pretrained, bool converged) {
  DiagnosisContext context;
  context.run_path = "my runs/a", context.data_path = "my pets", context.validation_count = 100;
  context.pretrained = pretrained, context.converged = converged;
  return context;
}

Diagnosis found(Condition condition, const std::string& command) {
  return {{{condition, {}, "", "An advice.", command}}};
}

std::vector<std::string> commands_of(const std::vector<NextStep>& steps, Purpose purpose) {
  std::vector<std::string> commands;
  for (const NextStep& step : steps)
    if (step.purpose == purpose) commands.push_back(step.command);
  return commands;
}

using Commands = std::vector<std::string>;

TEST_CASE("a model is used and measured on pictures that it has not learned from") {
  const auto steps = next_steps(found(Condition::healthy, ""), context_of(false, false), false);
  CHECK(commands_of(steps, Purpose::use) == Commands{"margay predict 'my runs/a' photo.jpg"});
  CHECK(commands_of(steps, Purpose::measure) ==
        Commands{"margay evaluate 'my runs/a' 'my runs/a/manifest.csv' --split validation",
                 "margay evaluate 'my runs/a' OTHER-PICTURES"});
  const auto with_test = next_steps(found(Condition::healthy, ""), context_of(false, false), true);
  CHECK(commands_of(with_test, Purpose::measure).back() ==
        "margay evaluate 'my runs/a' 'my pets' --split test");
  DiagnosisContext named = context_of(false, false);
  named.data_options = "--label-pattern '^([a-z]+)'", named.split_options = "--validation 0.3";
  const auto of_named = next_steps(found(Condition::healthy, ""), named, true);
  CHECK(commands_of(of_named, Purpose::measure).back() ==
        "margay evaluate 'my runs/a' 'my pets' --label-pattern '^([a-z]+)' --split test");
  CHECK(commands_of(of_named, Purpose::improve).back() ==
        "margay train 'my pets' --label-pattern '^([a-z]+)' --validation 0.3 --recipe transfer");
  DiagnosisContext slash = context_of(false, false);
  slash.run_path = "r1/";
  CHECK(commands_of(next_steps(found(Condition::healthy, ""), slash, false), Purpose::measure).front() ==
        "margay evaluate r1/ r1/manifest.csv --split validation");
  named.manifest_options = "--max-megapixels 400";
  CHECK(commands_of(next_steps(found(Condition::healthy, ""), named, true), Purpose::measure).front() ==
        "margay evaluate 'my runs/a' 'my runs/a/manifest.csv' --max-megapixels 400 --split validation");
  DiagnosisContext blind = context_of(false, false);
  blind.validation_count = 0;
  CHECK(commands_of(next_steps(found(Condition::no_validation, "look"), blind, false), Purpose::measure)
            .size() == 1);
}

TEST_CASE("validation pictures that were learned from are no pictures to measure with") {
  DiagnosisContext context = context_of(false, false);
  context.learned_validation = 40;
  const auto some = next_steps(found(Condition::healthy, ""), context, false);
  CHECK(format_next_steps(some).find("the 60 validation pictures of this training") != std::string::npos);
  context.unknown_weights = "old.safetensors";
  const auto unknown = next_steps(found(Condition::healthy, ""), context, false);
  CHECK(unknown[1].text.find("whether old.safetensors had learned from") != std::string::npos);
  context.unknown_weights.clear();
  context.learned_validation = 100;
  const auto none = next_steps(found(Condition::no_new_pictures, "look"), context, false);
  CHECK(commands_of(none, Purpose::measure) == Commands{"margay evaluate 'my runs/a' OTHER-PICTURES"});
  CHECK(format_next_steps(none).find("not learned from") == std::string::npos);
}

TEST_CASE("what would make it better is what has not been tried") {
  const auto better = [](const Diagnosis& diagnosis, const DiagnosisContext& context) {
    return commands_of(next_steps(diagnosis, context, false), Purpose::improve);
  };
  const std::string transfer = "margay train 'my pets' --recipe transfer",
                    finetune = "margay train 'my pets' --recipe finetune";
  CHECK(better(found(Condition::healthy, ""), context_of(false, false)) == Commands{transfer});
  CHECK(better(found(Condition::overfitting, "more"), context_of(false, false)) ==
        Commands{"more", transfer});
  CHECK(better(found(Condition::overfitting, transfer), context_of(false, false)) == Commands{transfer});
  CHECK(better(found(Condition::healthy, ""), context_of(true, true)) == Commands{finetune});
  CHECK(better(found(Condition::overfitting, finetune), context_of(true, true)) == Commands{finetune});
  CHECK(better(found(Condition::healthy, ""), context_of(true, false)).empty());
  // 99 % leave no more to gain than can be measured.
  Diagnosis good = found(Condition::healthy, "");
  good.findings.front().numbers = {{"validation_accuracy", 0.99}};
  CHECK(better(good, context_of(true, true)).empty());
  CHECK(better(good, context_of(false, false)).empty());
}

TEST_CASE("weights that are not at hand are told as a download") {
  DiagnosisContext context = context_of(false, false);
  const auto last_text = [&] {
    return next_steps(found(Condition::healthy, ""), context, false).back().text;
  };
  CHECK(last_text().find("download") == std::string::npos);
  context.weights_bytes = 14'019'488;
  CHECK(last_text().ends_with("Its weights are downloaded once, about 14.0 MB."));
}

TEST_CASE("a training that is lost may leave no model to use, and may leave one") {
  DiagnosisContext context = context_of(false, false);
  CHECK(commands_of(next_steps(found(Condition::not_finite, "slower"), context, true), Purpose::use).size() ==
        1);
  context.has_model = false;
  const auto steps = next_steps(found(Condition::not_finite, "slower"), context, true);
  CHECK(commands_of(steps, Purpose::use).empty());
  CHECK(commands_of(steps, Purpose::measure).empty());
  CHECK(commands_of(steps, Purpose::improve).front() == "slower");
}

TEST_CASE("decisions and steps are told in lines of a terminal and survive as JSON") {
  const std::vector<Decision> decisions{{"class weights", "on",
                                         "'bees' has 124 pictures to train on and 'ants' 15: each class "
                                         "counts alike in the loss; --balance none "
                                         "would let each picture"},
                                        {"threads", "2", "as many as this process may use"}};
  const auto steps = next_steps(found(Condition::healthy, ""), context_of(false, false), false);
  for (const std::string& text : {format_decisions(decisions), format_next_steps(steps)})
    for (size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
      CHECK(count_letters(std::string_view(text).substr(at, end - at)) <= kTextColumns);
  CHECK(format_decisions({}).empty());
  CHECK(format_next_steps({}).empty());
  const auto read = decisions_from_json(to_json(decisions), "here");
  REQUIRE(read.size() == 2);
  CHECK(read[0].reason == decisions[0].reason);
  CHECK(to_json(steps)[0].at("purpose") == "use");
  for (const char* damaged :
       {"{}", "[1]", R"([{"setting": "a", "value": 1, "reason": "b"}])", R"([{"setting": "a"}])"}) {
    CAPTURE(damaged);
    CHECK_THROWS_AS(decisions_from_json(Json::parse(damaged), "here"), FormatError);
  }
}

}  // namespace
}  // namespace margay::report
