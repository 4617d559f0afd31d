// Who is better, by how much, and whether that can be told.
#include "margay/report/run_comparison.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "tests/report/made_history.h"

namespace margay::report {
namespace {

/// `right` tells picture by picture whether the answer is right.
std::vector<run::Prediction> predictions(const std::string& right, const std::string& folder = "/v/") {
  std::vector<run::Prediction> made;
  for (size_t i = 0; i < right.size(); ++i)
    made.push_back({folder + std::to_string(i), "cats", right[i] == '1' ? "cats" : "dogs"});
  return made;
}

ComparedRun run_of(const std::string& path, std::vector<run::Prediction> answers, int epochs = 3) {
  run::History history;
  for (int epoch = 1; epoch <= epochs; ++epoch) {
    run::EpochRecord record;
    record.epoch = epoch, record.seconds = 10, record.images_per_second = 100.0 * epoch;
    record.accuracy = 0.9, record.val_accuracy = epoch == 2 ? 0.8 : 0.7;
    record.loss = 0.25, record.val_loss = 0.5;
    history.push_back(record);
  }
  return {path, Json{{"training", {{"keep", "last"}, {"epochs", epochs}}}}, history, std::move(answers)};
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("results come from the history and the predictions") {
  ComparedRun best = run_of("runs/best", {});
  best.config["training"]["keep"] = "best";
  const RunComparison comparison = compare_runs(std::vector{run_of("runs/last", predictions("1110")), best});
  const RunResult &last = comparison.results[0], &other = comparison.results[1];
  CHECK(last.name == "last");
  CHECK(last.epochs == 3);
  CHECK(last.kept_epoch == 3);
  CHECK(last.val_accuracy == 0.7);
  CHECK(last.kept_val_accuracy == 0.75);
  CHECK(last.interval->low == doctest::Approx(0.3006418).epsilon(1e-6));
  CHECK(last.images_per_second == 200);
  CHECK(last.training_s == 30);
  CHECK(other.kept_epoch == 2);
  CHECK(other.kept_val_accuracy == 0.8);
  CHECK_FALSE(other.interval);
  REQUIRE(comparison.differences.size() == 1);
  CHECK(comparison.differences[0].key == "training.keep");
  CHECK(comparison.tests.empty());
  REQUIRE(comparison.notes.size() == 1);
  CHECK(has(comparison.notes[0], "best has no predictions.csv"));
}

TEST_CASE("the best run is tested against each other one on the same pictures") {
  // 20 pictures: the second is right where the first is wrong in 6, the other way round in 0; p = 2 / 2^6.
  const std::string none(6, '0'), all(6, '1'), rest(14, '1');
  auto shuffled = predictions(all + rest);
  std::swap(shuffled.front(), shuffled.back());
  const RunComparison two =
      compare_runs(std::vector{run_of("a", predictions(none + rest)), run_of("b", shuffled)});
  CHECK(two.best == 1);
  CHECK(two.test_pictures == 20);
  REQUIRE(two.tests.size() == 1);
  CHECK(two.tests[0].only_best == 6);
  CHECK(two.tests[0].only_other == 0);
  CHECK(two.tests[0].p_value == doctest::Approx(0.03125));
  CHECK(two.tests[0].significant());
  CHECK(has(format_comparison(two),
            "b is significantly better than a (p = 0.031): of 20 pictures it alone gets 6 right, and the "
            "other alone 0."));

  // With a second test, which is none, the same difference may be luck: Holm makes it 2 x 0.03125.
  const RunComparison three =
      compare_runs(std::vector{run_of("a", predictions(none + rest)), run_of("b", shuffled),
                               run_of("c", predictions("0" + all.substr(1) + rest))});
  REQUIRE(three.tests.size() == 2);
  CHECK(three.tests[0].corrected_p_value == doctest::Approx(0.0625));
  CHECK(three.tests[1].corrected_p_value == 1);
  CHECK(has(format_comparison(three), "b is not significantly better than a (p = 0.06"));
  CHECK(has(format_comparison(three), "Holm's correction for 2 tests"));
}

TEST_CASE("runs that saw other pictures are left out of the test") {
  auto other_label = predictions("1111");
  other_label[2].label = "dogs";
  for (const auto& other : {predictions("1110", "/other/"), predictions("111"), other_label}) {
    const RunComparison comparison =
        compare_runs(std::vector{run_of("a", predictions("1111")), run_of("b", other)});
    CHECK(comparison.tests.empty());
    REQUIRE(comparison.notes.size() == 1);
    CHECK(has(format_comparison(comparison), "b was validated on other pictures than a"));
  }
}

TEST_CASE("what cannot be compared is refused") {
  const ComparedRun a = run_of("runs/a", {}), unfinished = run_of("runs/b", {}, 0);
  CHECK_THROWS_AS(compare_runs({}), UsageError);
  CHECK_THROWS_AS(compare_runs(std::vector{a}), UsageError);
  CHECK_THROWS_AS(compare_runs(std::vector{a, run_of("runs/../runs/a/", {})}), UsageError);
  CHECK_THROWS_AS(compare_runs(std::vector{a, unfinished}), UsageError);
}

TEST_CASE("runs without validation are compared too and JSON has no NaN") {
  ComparedRun blind = run_of("x/run", {});
  blind.history = test::without_validation(blind.history);
  const RunComparison comparison = compare_runs(std::vector{blind, run_of("y/run", predictions("10"))});
  CHECK(comparison.results[0].name == "x/run");
  const Json document = Json::parse(format_json(comparison.to_json()));
  CHECK(document["runs"][0]["val_accuracy"].is_null());
  CHECK(document["runs"][0]["interval"].is_null());
  CHECK(document["runs"][1]["interval"].size() == 2);
  CHECK(document["differences"].empty());
  CHECK(has(format_comparison(comparison), "The configurations are the same."));
}

}  // namespace
}  // namespace margay::report
