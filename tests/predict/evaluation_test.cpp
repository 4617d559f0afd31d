// Accuracy, loss, scores and confusion against numbers computed by hand.
#include "margay/predict/evaluation.h"

#include <doctest/doctest.h>

#include <cmath>

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
  CHECK(result.classes[0].precision == doctest::Approx(2.0 / 3));
  CHECK(result.classes[0].recall == doctest::Approx(2.0 / 3));
  CHECK(result.classes[0].support == 3);
  CHECK(result.classes[1].precision == doctest::Approx(0.5));
  CHECK(result.classes[1].f1 == doctest::Approx(0.5));
  CHECK(result.classes[2].support == 0);
  CHECK(result.classes[2].precision == 0);
  CHECK(result.classes[2].recall == 0);
  CHECK(result.classes[2].f1 == 0);
}

TEST_CASE("a probability of zero gives a large but finite loss") {
  const std::vector<int> labels{0};
  const Evaluation result = evaluate(kClasses, labels, std::vector<std::vector<double>>{{0, 1, 0}});
  CHECK(result.loss == doctest::Approx(-std::log(1e-300)));
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
