// Golden sentences of the diagnosis, in both languages.
#include "margay/text/finding_text.h"

#include <doctest/doctest.h>

#include "margay/text/decision_text.h"
#include "margay/text/format_diagnosis.h"
#include "margay/text/next_step_text.h"

namespace margay::text {
namespace {

const analysis::Gap kGap{
    .levels = {.training = 0.94, .validation = 0.71, .epochs = 3}, .gap = 0.23, .error = 0.015};

analysis::Finding memorising() {
  return {.condition = analysis::Condition::overfitting,
          .facts = analysis::Memorising{.gap = kGap, .gap_since = 5, .loss_rises_since = 7},
          .advice = analysis::Advice::augment_and_drop_out,
          .action = {.kind = analysis::Action::Kind::train, .recipe = "article-regularized"}};
}

TEST_CASE("memorising is said with its numbers") {
  CHECK(evidence_text(memorising().facts, Language::english) ==
        "training accuracy 94 %, validation 71 % (medians of the last 3 epochs); the gap has grown since "
        "epoch 5, "
        "validation loss has risen since epoch 7: the network memorises");
  CHECK(evidence_text(memorising().facts, Language::chinese) ==
        "训练准确率 94 %，验证准确率 71 %（最后 3 轮的中位数）；从第 5 轮起差距不断拉大，验证损失从第 7 "
        "轮起上升：网络在死记"
        "硬背");
  CHECK(condition_text(analysis::Condition::overfitting, Language::chinese) == "过拟合");
}

TEST_CASE("a rate of nothing, learned pictures and too few of them are said as people write") {
  const analysis::AgainstGuessing end{
      .levels = {.training = 0.5, .validation = 0.51}, .epochs = 1, .guessing_accuracy = 0.5};
  CHECK(evidence_text(analysis::Standstill{end}, Language::english) ==
        "the learning rate is 0: no step moves a weight, and nothing is learned; after 1 epoch training "
        "accuracy "
        "50 %, validation 51 %, and guessing would give 50 %");
  CHECK(evidence_text(analysis::LearnedPictures{1000, 1000}, Language::english)
            .starts_with("all 1,000 validation pictures are"));
  CHECK(evidence_text(analysis::LearnedPictures{1000, 121}, Language::english).find("up to 13 points") !=
        std::string::npos);
  const std::string lost =
      evidence_text(analysis::Diverged{.end = end, .in_validation = true, .loss = 2.1e16}, Language::english);
  CHECK(lost.starts_with("the validation loss is 2.1e16 after 1 epoch"));
  CHECK(
      evidence_text(analysis::Shortage{.smallest_class = 1, .few_to_learn = true}, Language::english) ==
      "the smallest class has 1 picture to train on: no accuracy that was measured says anything about other "
      "pictures");
}

TEST_CASE("the diagnosis prints in lines of a terminal, and as JSON with codes") {
  const analysis::Diagnosis diagnosis{{memorising()}};
  const std::string text = format_diagnosis(diagnosis);
  CHECK(text.starts_with("Diagnosis: overfitting\n  "));
  for (size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
    CHECK(end - at <= 100);
  const Json json = to_json(diagnosis);
  REQUIRE(json.size() == 1);
  CHECK(json[0].at("condition") == "overfitting");
  CHECK(json[0].at("code") == "memorising");
  CHECK(json[0].at("numbers").at("gap_since_epoch") == 5);
  CHECK(json[0].at("command") == "");  // a library's user has no command line
  CHECK(json[0].at("action").at("recipe") == "article-regularized");
}

TEST_CASE("steps are said with what is known of the pictures and of the weights") {
  using Wish = analysis::NextStep::Wish;
  analysis::NextStep step{.wish = Wish::measure_validation, .fresh_pictures = 60, .some_learned = true};
  CHECK(step_text(step, plain_english()).find("the 60 validation pictures of this training") !=
        std::string::npos);
  step.unknown_weights = {"old.safetensors"};
  CHECK(step_text(step, plain_english()).find("whether old.safetensors had learned from") !=
        std::string::npos);
  step = {.wish = Wish::fit_published};
  CHECK(step_text(step, plain_english()).find("download") == std::string::npos);
  step.download_bytes = 14'019'488;
  CHECK(step_text(step, plain_english()).ends_with("Its weights are downloaded once, about 14.0 MB."));
  CHECK(format_next_steps({}).empty());
  CHECK(to_json(std::vector{step})[0].at("purpose") == "use");
}

TEST_CASE("decisions are said by their codes, and as they were recorded where these are unknown") {
  const analysis::Decision weights{.setting = "class weights",
                                   .value = "on",
                                   .code = analysis::DecisionCode::class_weights,
                                   .fields = {"bees", "124", "ants", "15"}};
  CHECK(reason_text(weights, plain_english()) ==
        "'bees' has 124 pictures to train on and 'ants' 15: each class counts alike in the loss; "
        "training.balance = "
        "none would let each picture");
  CHECK(setting_text(weights, Language::chinese) == "类别权重");
  const analysis::Decision recorded{"threads", "2", "as many as this process may use"};
  CHECK(reason_text(recorded, plain_english()) == "as many as this process may use");
  analysis::Decision damaged = weights;
  damaged.fields.clear(), damaged.reason = "as it was";
  CHECK(reason_text(damaged, plain_english()) == "as it was");
  const auto read = analysis::decisions_from_json(to_json(std::vector{weights}), "here");
  CHECK(read.front().fields == weights.fields);
  CHECK(read.front().code == weights.code);
  CHECK(format_decisions({}).empty());
}

TEST_CASE("the locale says the language") {
  CHECK(find_language("zh_CN.UTF-8") == Language::chinese);
  CHECK(find_language("zh") == Language::chinese);
  CHECK(find_language("en_GB.UTF-8") == Language::english);
  CHECK(find_language("C") == Language::english);
  CHECK_FALSE(find_language("tlh").has_value());
}

}  // namespace
}  // namespace margay::text
