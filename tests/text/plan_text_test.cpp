// What is said about a plan for a budget.
#include "margay/text/plan_text.h"

#include <doctest/doctest.h>

#include "margay/recipe/recipe.h"
#include "margay/text/decision_text.h"

using namespace margay;

namespace {

recipe::Config asked_for(double seconds) {
  recipe::Config config = recipe::load_recipe("scratch");
  config.budget.seconds = seconds;
  return config;
}

analysis::TimePlan plan_of(const recipe::Config& config, double images_per_second, double epochs) {
  return {.config = config, .images_per_second = images_per_second, .epochs = epochs};
}

}  // namespace

TEST_CASE("times that are short are told apart and nothing takes no time") {
  const recipe::Config asked = asked_for(0.01);
  const auto plan = plan_of(asked, 4000, 0);
  CHECK(text::plan_text(plan).starts_with("in 0.01 s: resnet18_slim, less than 1 epoch of pictures of 96, "));
  const auto warnings = text::plan_warnings(plan, asked, 8);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].find("takes less than 0.01 s, and to read them") != std::string::npos);
  const auto slow = plan_of(asked_for(15), 0.4, 0.1);
  CHECK(text::plan_text(slow).ends_with("at 0.4 images/s"));
  CHECK(text::plan_warnings(plan_of(asked_for(60), 600, 3), asked_for(60), 100).empty());
}

TEST_CASE("what a budget changes is a decision with its reason") {
  const recipe::Config asked = asked_for(15);
  const auto settings_of = [&](const recipe::Config& config) {
    std::string settings;
    for (const analysis::Decision& decision : text::plan_decisions(plan_of(config, 600, 3), asked, 20)) {
      CHECK_FALSE(text::reason_text(decision, text::plain_english()).empty());
      settings += decision.setting + ";";
    }
    return settings;
  };
  CHECK(settings_of(asked) == "training time;network;");
  recipe::Config changed = asked;
  changed.training.batch_size = 5;
  CHECK(settings_of(changed) == "training time;network;batch size;");
  changed.schedule.sizes = {48, 64, 80};
  CHECK(settings_of(changed) == "training time;network;size of pictures;batch size;");
}
