// Ranges and lists of settings, and the trials that are drawn from them.
#include "margay/recipe/search_space.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <set>

#include "margay/core/error.h"
#include "margay/recipe/recipe.h"

namespace margay::recipe {
namespace {

std::string message_of(const std::string& assignment) {
  try {
    parse_parameter(assignment);
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

std::vector<Parameter> parse_all(std::initializer_list<const char*> assignments) {
  std::vector<Parameter> parameters;
  for (const char* assignment : assignments) parameters.push_back(parse_parameter(assignment).value());
  return parameters;
}

TEST_CASE("ranges are logarithmic where they span ten times and whole where their ends are") {
  const Parameter rate = parse_parameter("optimizer.lr=1e-4..1e-2").value();
  CHECK(rate.key == "optimizer.lr");
  CHECK(rate.low == 1e-4);
  CHECK(rate.high == 1e-2);
  CHECK(rate.logarithmic);
  CHECK_FALSE(rate.whole);
  CHECK(rate.describe() == "0.0001 to 0.01, logarithmic");
  const Parameter batch = parse_parameter("training.batch_size=16..64").value();
  CHECK(batch.whole);
  CHECK_FALSE(batch.logarithmic);
  CHECK(batch.describe() == "16 to 64, whole numbers");
  CHECK_FALSE(parse_parameter("loss.focal_gamma=0.0..5.0")->logarithmic);
  CHECK_FALSE(
      parse_parameter("optimizer.lr=0..1")->whole);  // a rate has fractions, however its ends are written
  CHECK_FALSE(parse_parameter("loss.focal_gamma=0..5")->whole);
  CHECK_FALSE(parse_parameter("x=-5..5")->logarithmic);
}

TEST_CASE("lists are choices and commas inside quotes and brackets are not theirs") {
  const Parameter sizes = parse_parameter("training.batch_size=32,64,128").value();
  CHECK(sizes.choices == std::vector<Json>{32, 64, 128});
  CHECK(sizes.describe() == "32, 64 or 128");
  CHECK(parse_parameter("optimizer.name=adam,sgd")->choices == std::vector<Json>{"adam", "sgd"});
  CHECK(parse_parameter(R"(augment.transforms="","flip,rotate=10")")->choices ==
        std::vector<Json>{"", "flip,rotate=10"});
  CHECK(parse_parameter("input.mean=[0,0,0],[0.5,0.5,0.5]")->choices.size() == 2);
}

TEST_CASE("plain settings are searched for nothing") {
  for (const char* plain :
       {"optimizer.lr=1e-3", "optimizer.name=sgd", R"(augment.transforms="flip,rotate=45")",
        "input.mean=[0,0,0]", "description='1..2'", "nonsense"})
    CHECK_FALSE(parse_parameter(plain));
}

TEST_CASE("ranges and lists that make no sense are refused") {
  CHECK(message_of("optimizer.lr=1e-2..1e-4").find("goes from 1e-2 to 1e-4") != std::string::npos);
  CHECK(message_of("optimizer.lr=1..1").find("below") != std::string::npos);
  for (const char* bad : {"a=1..", "a=..1", "a=x..y", "a=1...5", "a=nan..1", "a=0..inf"})
    CHECK_MESSAGE(!message_of(bad).empty(), bad);
  CHECK(message_of("a=1..2..3").find("two ends") != std::string::npos);
  CHECK(message_of("a=1,,2").find("empty") != std::string::npos);
  CHECK(message_of("a=1,2,1").find("twice") != std::string::npos);
}

TEST_CASE("draws stay in their range and fill it") {
  const auto trials = draw_trials(
      parse_all({"lr=1e-4..1e-2", "gamma=0.0..5.0", "patience=1..4", "size=8..512", "name=a,b,c"}), 2000, 7);
  REQUIRE(trials.size() == 2000);
  int below_middle = 0, sizes_below_64 = 0;
  std::map<int, int> patience;
  std::map<std::string, int> names;
  double lowest_gamma = 5, highest_gamma = 0;
  for (const Json& trial : trials) {
    const double lr = trial["lr"], gamma = trial["gamma"];
    REQUIRE(lr >= 1e-4);
    REQUIRE(lr <= 1e-2);
    below_middle += lr < 1e-3;
    lowest_gamma = std::min(lowest_gamma, gamma), highest_gamma = std::max(highest_gamma, gamma);
    REQUIRE(trial["patience"].is_number_integer());
    REQUIRE(trial["size"].is_number_integer());
    REQUIRE(trial["size"] >= 8);
    REQUIRE(trial["size"] <= 512);
    sizes_below_64 += trial["size"] < 64;
    ++patience[trial["patience"]];
    ++names[trial["name"]];
  }
  // Binomial with 2000 draws: five standard deviations are 112.
  CHECK(std::abs(below_middle - 1000) < 112);
  CHECK(std::abs(sizes_below_64 - 1000) < 112);
  CHECK(lowest_gamma < 0.05);
  CHECK(highest_gamma > 4.95);
  REQUIRE(patience.size() == 4);
  for (const auto& [value, count] : patience) CHECK(std::abs(count - 500) < 100);
  REQUIRE(names.size() == 3);
  for (const auto& [value, count] : names) CHECK(std::abs(count - 667) < 106);
}

TEST_CASE("trials depend on the seed alone and more of them add to the first") {
  const auto parameters = parse_all({"optimizer.lr=1e-4..1e-2", "training.batch_size=32,64"});
  const auto few = draw_trials(parameters, 5, 1), many = draw_trials(parameters, 9, 1);
  REQUIRE(many.size() == 9);
  CHECK(std::equal(few.begin(), few.end(), many.begin()));
  CHECK(draw_trials(parameters, 5, 2) != few);
}

TEST_CASE("no trial is drawn twice and a space that is used up ends the search") {
  const auto trials = draw_trials(parse_all({"a=1,2,3", "b=x,y"}), 20, 1);
  CHECK(trials.size() == 6);
  std::set<std::string> texts;
  for (const Json& trial : trials) texts.insert(trial.dump());
  CHECK(texts.size() == 6);
}

TEST_CASE("settings lie over the document") {
  const Json changed =
      with_settings(load_document("article"), {{"optimizer.lr", 0.5}, {"loss.focal_gamma", 2}});
  const Config config = Config::from_document(changed, "test");
  CHECK(config.optimizer.lr == 0.5);
  CHECK(config.loss.focal_gamma == 2);
  CHECK(config.optimizer.name == OptimizerName::adam);
}

}  // namespace
}  // namespace margay::recipe
