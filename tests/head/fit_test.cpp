// Folds, and how an L2 strength is chosen.
#include "margay/head/fit.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "margay/core/error.h"
#include "tests/head/problem.h"

namespace margay {
namespace {

std::vector<uint64_t> keys_for(size_t pictures) {
  std::vector<uint64_t> keys(pictures);
  std::iota(keys.begin(), keys.end(), uint64_t{100});
  return keys;
}

head::FittedHead fit(test::Problem& problem, const head::SearchOptions& options) {
  WorkerPool pool(2);
  head::Examples examples = problem.examples();
  return head::fit(examples, keys_for(examples.pictures()), options, pool);
}

}  // namespace

TEST_CASE("folds hold every class in equal parts and depend on content alone") {
  std::vector<uint64_t> keys = keys_for(60);
  std::vector<int> labels(60);
  for (size_t i = 0; i < 60; ++i) labels[i] = i < 40 ? 0 : 1;
  const std::vector<int> folds = head::choose_folds(keys, labels, 5, 1);
  std::map<std::pair<int, int>, int> counts;
  for (size_t i = 0; i < 60; ++i) ++counts[{labels[i], folds[i]}];
  for (int fold = 0; fold < 5; ++fold) {
    CHECK(counts[{0, fold}] == 8);
    CHECK(counts[{1, fold}] == 4);
  }
  CHECK(head::choose_folds(keys, labels, 5, 2) != folds);
  std::reverse(keys.begin(), keys.end());
  std::reverse(labels.begin(), labels.end());
  std::vector<int> reversed = head::choose_folds(keys, labels, 5, 1);
  std::reverse(reversed.begin(), reversed.end());
  CHECK(reversed == folds);
}

TEST_CASE("copies share a fold and the only picture of a class is never held out") {
  const std::vector<uint64_t> keys{1, 2, 1, 3, 3, 4, 5};
  const std::vector<int> labels{0, 0, 0, 1, 1, 2, 2};
  const std::vector<int> folds = head::choose_folds(keys, labels, 3, 1);
  CHECK(folds[0] == folds[2]);
  CHECK(folds[0] != folds[1]);
  CHECK(folds[3] == -1);  // two files, one picture
  CHECK(folds[4] == -1);
  CHECK(folds[5] != folds[6]);
}

TEST_CASE("the L2 strength with the lowest loss on held-out pictures is taken") {
  test::Problem problem = test::sine_problem(60, 20, 3, 0.3);
  const head::FittedHead head = fit(problem, {.l2 = {1e-4, 100, 0.1, 1e-2, 1}, .folds = 4, .seed = 1});
  REQUIRE(head.scores.size() >= 3);
  CHECK(head.scores[0].l2 == 100);
  CHECK(head.scores[0].loss == doctest::Approx(std::log(3)).epsilon(0.05));
  const auto best = std::min_element(head.scores.begin(), head.scores.end(),
                                     [](const auto& a, const auto& b) { return a.loss < b.loss; });
  CHECK(head.l2 == best->l2);
  CHECK(best->loss < head.scores[0].loss);
}

TEST_CASE("a head answers from features as they came") {
  test::Problem problem = test::sine_problem(60, 4, 2, 2);
  for (size_t i = 0; i < problem.values.size(); i += 4) {
    problem.values[i] = problem.values[i] * 1000 + 5000;
    problem.values[i + 1] = 7;  // says nothing
  }
  const std::vector<float> as_they_came = problem.values;
  const head::FittedHead head = fit(problem, {.l2 = {1e-3}, .folds = 2, .seed = 1});
  test::Problem again = problem;
  again.values = as_they_came;
  WorkerPool pool(1);
  std::vector<size_t> all(60);
  std::iota(all.begin(), all.end(), size_t{0});
  const head::Score score = head::score(head.linear, again.examples(), all, pool);
  CHECK(std::accumulate(score.losses.begin(), score.losses.end(), 0.0) / 60 ==
        doctest::Approx(head.loss).epsilon(1e-4));
  CHECK(std::accumulate(score.right.begin(), score.right.end(), 0) / 60.0 == doctest::Approx(head.accuracy));
  CHECK(head.linear.values[1] == doctest::Approx(0));
}

TEST_CASE("one picture of each class is enough") {
  test::Problem problem = test::sine_problem(3, 5, 3, 3);
  const head::FittedHead head = fit(problem, {.l2 = {1, 0.1, 0.01}, .folds = 5, .seed = 1});
  CHECK(head.scores.empty());
  CHECK(head.l2 == 0.1);
  CHECK(head.accuracy == 1);
}

TEST_CASE("twenty pictures leave some in every fold") {
  test::Problem problem = test::sine_problem(20, 8, 4, 2);
  const head::FittedHead head = fit(problem, {.l2 = {1, 0.1, 0.01}, .folds = 5, .seed = 1});
  CHECK(head.scores.size() >= 2);
  CHECK(head.scores.back().accuracy > 0.5);
}

TEST_CASE("what does not fit is refused") {
  test::Problem problem = test::sine_problem(10, 3, 2);
  CHECK_THROWS_AS(fit(problem, {.l2 = {}, .folds = 5}), UsageError);
  CHECK_THROWS_AS(fit(problem, {.l2 = {1}, .folds = 1}), UsageError);
  test::Problem broken = problem;
  broken.values[4] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(fit(broken, {.l2 = {1}, .folds = 2}), DataError);
  test::Problem short_one = problem;
  short_one.values.pop_back();
  CHECK_THROWS_AS(fit(short_one, {.l2 = {1}, .folds = 2}), UsageError);
  test::Problem strange = problem;
  strange.labels[0] = 2;
  CHECK_THROWS_AS(fit(strange, {.l2 = {1}, .folds = 2}), UsageError);
}

}  // namespace margay
