// Accuracy, loss, scores and confusion against numbers computed by hand.
#include "margay/predict/evaluation.h"

#include <doctest/doctest.h>

#include <cmath>
#include <optional>

#include "margay/core/error.h"

using namespace margay;
using namespace margay::predict;

namespace {

const std::vector<std::string> kClasses{"ant", "bee", "cat"};

/// Three ants (one taken for a bee), two bees (one taken for an ant), no cat.
Evaluation small_evaluation() {
  const std::vector<int> labels{0, 0, 0, 1, 1};
  const std::vector<std::vector<double>> probabilities{
      {0.5, 0.25, 0.25}, {0.8, 0.1, 0.1}, {0.2, 0.7, 0.1}, {0.1, 0.8, 0.1}, {0.6, 0.3, 0.1}};
  return evaluate(kClasses, labels, probabilities);
}

const std::vector<std::string> kFive{"a", "b", "c", "d", "e"};
/// Nobody asked about d, and nobody ever said e.
const std::vector<std::vector<int64_t>> kUneven{
    {5, 2, 1, 0, 0}, {1, 3, 0, 0, 0}, {0, 1, 1, 1, 0}, {0, 0, 0, 0, 0}, {1, 1, 0, 0, 0}};

/// Of the matrix above, with 0.6 for what is said and 0.1 for all else.
Evaluation uneven_evaluation() {
  std::vector<int> labels;
  std::vector<std::vector<double>> probabilities;
  for (size_t truth = 0; truth < kFive.size(); ++truth)
    for (size_t said = 0; said < kFive.size(); ++said)
      for (int64_t i = 0; i < kUneven[truth][said]; ++i) {
        labels.push_back(static_cast<int>(truth));
        probabilities.emplace_back(kFive.size(), 0.1);
        probabilities.back()[said] = 0.6;
      }
  return evaluate(kFive, labels, probabilities);
}

}  // namespace

TEST_CASE("answers are counted by hand") {
  const Evaluation result = small_evaluation();
  CHECK(result.count == 5);
  CHECK(result.accuracy == doctest::Approx(0.6));
  CHECK(result.balanced_accuracy == doctest::Approx((2.0 / 3 + 0.5) / 2));  // nobody asked about cats
  CHECK(
      result.loss ==
      doctest::Approx(-(std::log(0.5) + std::log(0.8) + std::log(0.2) + std::log(0.8) + std::log(0.3)) / 5));
  CHECK(result.confusion == std::vector<std::vector<int64_t>>{{2, 1, 0}, {1, 1, 0}, {0, 0, 0}});
}

TEST_CASE("each score is of its own pictures") {
  // Of every class precision, recall and F1 are three different numbers, so that none can stand for another.
  const Evaluation result = uneven_evaluation();
  CHECK(result.confusion == kUneven);
  CHECK(result.count == 17);
  CHECK(result.accuracy == doctest::Approx(9.0 / 17));
  CHECK(result.accuracy_interval[0] == doctest::Approx(0.30963).epsilon(1e-4));
  CHECK(result.accuracy_interval[1] == doctest::Approx(0.73832).epsilon(1e-4));
  CHECK(result.balanced_accuracy == doctest::Approx((5.0 / 8 + 3.0 / 4 + 1.0 / 3 + 0) / 4));
  CHECK(result.loss == doctest::Approx(-(9 * std::log(0.6) + 8 * std::log(0.1)) / 17));
  const std::vector<std::optional<double>> precision{5.0 / 7, 3.0 / 7, 1.0 / 2, 0.0, {}},
      recall{5.0 / 8, 3.0 / 4, 1.0 / 3, {}, 0.0}, f1{10.0 / 15, 6.0 / 11, 2.0 / 5, {}, 0.0};
  const std::vector<int64_t> support{8, 4, 3, 0, 2};
  const auto check = [](const std::optional<double>& found, const std::optional<double>& expected) {
    REQUIRE(found.has_value() == expected.has_value());
    if (found) CHECK(*found == doctest::Approx(*expected));
  };
  for (size_t i = 0; i < kFive.size(); ++i) {
    CAPTURE(kFive[i]);
    check(result.classes[i].precision, precision[i]);
    check(result.classes[i].recall, recall[i]);
    check(result.classes[i].f1, f1[i]);
    CHECK(result.classes[i].support == support[i]);
  }
}

TEST_CASE("what cannot be measured is no number, in JSON and in the table") {
  const Evaluation result = uneven_evaluation();
  const Json json = result.to_json();
  CHECK(json["classes"][0]["precision"].get<double>() == doctest::Approx(5.0 / 7));
  CHECK(json["classes"][0]["recall"].get<double>() == doctest::Approx(5.0 / 8));
  CHECK(json["classes"][0]["f1"].get<double>() == doctest::Approx(2.0 / 3));
  CHECK(json["classes"][3]["recall"].is_null());
  CHECK(json["classes"][3]["f1"].is_null());
  CHECK(json["classes"][3]["precision"] == 0);
  CHECK(json["classes"][4]["precision"].is_null());
  CHECK(json["classes"][4]["recall"] == 0);
  CHECK(json["balanced_accuracy"].get<double>() == doctest::Approx(41.0 / 96));
  const std::string text = format_evaluation(result);
  CAPTURE(text);
  CHECK(text.find("a          71.4 %    62.5 %    66.7 %          8\n") != std::string::npos);
  CHECK(text.find("d           0.0 %         -         -          0\n") != std::string::npos);
  CHECK(text.find("e               -     0.0 %     0.0 %          2\n") != std::string::npos);
  CHECK(text.find("Balanced   42.7 %") != std::string::npos);
}

TEST_CASE("pictures of one class alone have a recall and no precision") {
  const Evaluation result = evaluate(kClasses, std::vector<int>{1, 1, 1},
                                     std::vector<std::vector<double>>{{0, 1, 0}, {0, 1, 0}, {1, 0, 0}});
  CHECK(result.classes[1].recall == doctest::Approx(2.0 / 3));
  CHECK(result.balanced_accuracy == doctest::Approx(2.0 / 3));
  for (const ClassScore& entry : result.classes) {
    CHECK_FALSE(entry.precision.has_value());
    CHECK_FALSE(entry.f1.has_value());
  }
}

TEST_CASE("a probability of zero gives a large but finite loss") {
  const std::vector<int> labels{0};
  const Evaluation result = evaluate(kClasses, labels, std::vector<std::vector<double>>{{0, 1, 0}});
  CHECK(result.loss == doctest::Approx(-std::log(1e-300)));
  CHECK(format_accuracy(result).find("(at least: ") != std::string::npos);
  CHECK(result.to_json()["ruled_out"] == 1);
}

TEST_CASE("what does not fit is refused") {
  const std::vector<std::vector<double>> one{{1, 0, 0}};
  CHECK_THROWS_AS(evaluate(kClasses, std::vector<int>{}, {}), DataError);
  CHECK_THROWS_AS(evaluate(kClasses, std::vector<int>{0, 1}, one), UsageError);
  CHECK_THROWS_AS(evaluate(kClasses, std::vector<int>{3}, one), UsageError);
  CHECK_THROWS_AS(evaluate(kClasses, std::vector<int>{-1}, one), UsageError);
  CHECK_THROWS_AS(evaluate(kClasses, std::vector<int>{0}, std::vector<std::vector<double>>{{1, 0}}),
                  UsageError);
}

TEST_CASE("the JSON has accuracy at its top") {
  const Json json = small_evaluation().to_json();
  CHECK(json["accuracy"].get<double>() == doctest::Approx(0.6));
  CHECK(json["accuracy_interval"].size() == 2);
  CHECK(json["count"] == 5);
  CHECK(json["confusion"] == Json({{2, 1, 0}, {1, 1, 0}, {0, 0, 0}}));
  CHECK(json["classes"][1]["name"] == "bee");
  CHECK(json["classes"][1]["support"] == 2);
}

TEST_CASE("the table says what the numbers say") {
  const std::string text = format_evaluation(small_evaluation());
  CAPTURE(text);
  CHECK(text.find("Accuracy   60.0 %   (95 % interval 23.1 to 88.2 %, 5 pictures)\n") == 0);
  CHECK(text.find("ant        66.7 %    66.7 %    66.7 %          3\n") != std::string::npos);
  CHECK(text.find("bee         1       1       0\n") != std::string::npos);
}
