// The solver against solutions by another method, and on problems that solvers stumble over.
#include "margay/head/logistic.h"

#include <doctest/doctest.h>

#include <numeric>

#include "margay/core/error.h"
#include "tests/head/problem.h"

namespace margay {
namespace {

std::vector<size_t> all_of(const head::Examples& examples) {
  std::vector<size_t> all(examples.pictures());
  std::iota(all.begin(), all.end(), size_t{0});
  return all;
}

head::FittedLogistic fit_all(const head::Examples& examples, double l2, int threads = 2) {
  WorkerPool pool(threads);
  return head::fit_logistic(examples, all_of(examples), l2, {}, pool, {.tolerance = 1e-10});
}

/// How many pictures get their class.
int count_right(const head::Linear& linear, const head::Examples& examples) {
  WorkerPool pool(1);
  const head::Score score = head::score(linear, examples, all_of(examples), pool);
  return std::accumulate(score.right.begin(), score.right.end(), 0);
}

void check_values(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (size_t i = 0; i < found.size(); ++i) CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-6));
}

}  // namespace

// The values are those of Newton's method in numpy, in float64 with the full Hessian, until no entry of the
// gradient was above 1e-14.
TEST_CASE("a fit is the solution that Newtons method finds") {
  test::Problem two = test::sine_problem(30, 4, 2);
  const head::FittedLogistic binary = fit_all(two.examples(), 0.05);
  check_values(binary.linear.values,
               {-0.5660162219, 0.9296493289, -0.8553839172, 0.5803998189, -0.0221631166});
  CHECK(binary.objective == doctest::Approx(0.49728258518894164).epsilon(1e-12));

  test::Problem three = test::sine_problem(30, 4, 3);
  const head::FittedLogistic softmax = fit_all(three.examples(), 0.05);
  check_values(softmax.linear.values,
               {0.3835370424, -0.1407394596, -0.4357162056, 0.5335479179, -0.0790088437,  //
                -0.2733841617, 0.5026950899, -0.2572531787, -0.2163937479, 0.089016873,   //
                -0.1101528807, -0.3619556303, 0.6929693842, -0.31715417, -0.0100080293});
  CHECK(softmax.objective == doctest::Approx(0.9026287772299945).epsilon(1e-12));
  CHECK(softmax.largest_gradient <= 1e-10);
}

TEST_CASE("weights of classes count in the loss") {
  test::Problem problem = test::sine_problem(30, 4, 3);
  head::Examples examples = problem.examples();
  examples.weights = {3, 1, 0.5};
  const head::FittedLogistic fit = fit_all(examples, 0.05);
  check_values(fit.linear.values,
               {0.3780876619, -0.1799043551, -0.3851318031, 0.5529290159, 0.7917814832,    //
                -0.2727480939, 0.4639908961, -0.1671814554, -0.2950226763, -0.0443137634,  //
                -0.1053395681, -0.284086541, 0.5523132585, -0.2579063397, -0.7474677198});
  CHECK(fit.objective == doctest::Approx(0.7128196807371002).epsilon(1e-12));
}

TEST_CASE("classes that a plane separates have a finite fit because of the L2 penalty") {
  test::Problem problem = test::sine_problem(40, 3, 2, 5);
  const head::FittedLogistic fit = fit_all(problem.examples(), 1e-6);
  CHECK(count_right(fit.linear, problem.examples()) == 40);
  CHECK(fit.largest_gradient <= 1e-10);
}

TEST_CASE("collinear features share a weight") {
  test::Problem problem = test::sine_problem(30, 2, 2);
  test::Problem doubled = problem;
  doubled.width = 4;
  doubled.values.clear();
  for (size_t i = 0; i < problem.values.size(); i += 2)
    for (const size_t j : {0, 0, 1, 1}) doubled.values.push_back(problem.values[i + j]);
  const std::vector<double> fit = fit_all(doubled.examples(), 0.01).linear.values;
  CHECK(fit[0] == doctest::Approx(fit[1]));
  CHECK(fit[2] == doctest::Approx(fit[3]));
}

TEST_CASE("views of a picture count as much as one") {
  test::Problem problem = test::sine_problem(30, 4, 3);
  const head::FittedLogistic once = fit_all(problem.examples(), 0.05);
  const std::vector<float> view = problem.values;
  for (int views = 2; views <= 3; ++views)
    problem.values.insert(problem.values.end(), view.begin(), view.end());
  check_values(fit_all(problem.examples(), 0.05).linear.values, once.linear.values);
}

TEST_CASE("any number of threads gives the same fit") {
  test::Problem problem = test::sine_problem(700, 33, 3);
  CHECK(fit_all(problem.examples(), 0.01, 1).linear.values ==
        fit_all(problem.examples(), 0.01, 5).linear.values);
}

TEST_CASE("a fit that is stopped says so") {
  test::Problem problem = test::sine_problem(30, 4, 2);
  std::stop_source source;
  source.request_stop();
  WorkerPool pool(1);
  const head::Examples examples = problem.examples();
  CHECK_THROWS_AS(
      head::fit_logistic(examples, all_of(examples), 0.05, {}, pool, {.stop = source.get_token()}),
      Interrupted);
  CHECK_THROWS_AS(head::fit_logistic(examples, all_of(examples), 0, {}, pool), UsageError);
}

}  // namespace margay
