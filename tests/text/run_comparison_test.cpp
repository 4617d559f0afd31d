// Who is better, by how much, and whether that can be told.
#include "margay/analysis/run_comparison.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "margay/core/error.h"
#include "margay/core/random.h"
#include "margay/text/format_run_comparison.h"
#include "tests/analysis/made_history.h"

namespace margay::analysis {
namespace {

/// `right` tells picture by picture whether the answer is right.
std::vector<run::Prediction> predictions(const std::string& right, const std::string& folder = "/v/") {
  std::vector<run::Prediction> made;
  for (size_t i = 0; i < right.size(); ++i)
    made.push_back({.path = folder + std::to_string(i),
                    .label = "cats",
                    .predicted = right[i] == '1' ? "cats" : "dogs"});
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

/// Wherever lines end.
bool has(std::string text, const std::string& part) {
  std::ranges::replace(text, '\n', ' ');
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
  CHECK(has(text::note_text(comparison.notes[0], comparison), "best has no predictions.csv"));
}

TEST_CASE("every two runs are tested on the same pictures") {
  // 20 pictures: the second is right where the first is wrong in 6, the other way round in 0; p = 1 / 2^6.
  const std::string none(6, '0'), all(6, '1'), rest(14, '1');
  auto shuffled = predictions(all + rest);
  std::swap(shuffled.front(), shuffled.back());
  const RunComparison two =
      compare_runs(std::vector{run_of("a", predictions(none + rest)), run_of("b", shuffled)});
  REQUIRE(two.tests.size() == 1);
  CHECK(two.tests[0].better == 1);
  CHECK(two.tests[0].other == 0);
  CHECK(two.tests[0].pictures == 20);
  CHECK(two.tests[0].only_better == 6);
  CHECK(two.tests[0].only_other == 0);
  CHECK(two.tests[0].p_value == doctest::Approx(0.015625));
  CHECK(two.tests[0].significant());
  CHECK(has(text::format_comparison(two),
            "b is significantly better than a (p = 0.016): of 20 pictures it alone gets 6 right, and the "
            "other alone 0."));

  // Among more runs the same difference may be luck: Holm makes it 6 x 0.015625. The luckiest is not chosen
  // first.
  const RunComparison four =
      compare_runs(std::vector{run_of("a", predictions(none + rest)), run_of("b", shuffled),
                               run_of("c", predictions("0" + all.substr(1) + rest)),
                               run_of("d", predictions("00" + all.substr(2) + rest))});
  REQUIRE(four.tests.size() == 6);
  CHECK(four.tests[0].better == 1);
  CHECK(four.tests[0].other == 0);
  CHECK(four.tests[0].corrected_p_value == doctest::Approx(0.09375));
  CHECK_FALSE(four.tests[0].significant());
  CHECK(four.tests[5].better == 2);  // c against d
  CHECK(four.tests[5].only_better == 1);
  const std::string text = text::format_comparison(four);
  CAPTURE(text);
  CHECK(has(text,
            "None of the 6 pairs of runs is significantly different; the surest: b is not significantly "
            "better than a (p = 0.094)"));
  CHECK(has(text, "Holm's correction for 6 pairs"));
  CHECK(four.to_json()["tests"].size() == 6);
}

TEST_CASE("the surest of pairs whose corrected values are all 1 is that with the lowest value of its own") {
  const std::string rest(15, '1');
  const RunComparison comparison = compare_runs(std::vector{run_of("a", predictions("01000" + rest)),
                                                            run_of("b", predictions("10000" + rest)),
                                                            run_of("c", predictions("01100" + rest))});
  REQUIRE(comparison.tests.size() == 3);
  CHECK(comparison.tests[0].corrected_p_value == 1);
  CHECK(comparison.tests[1].p_value == doctest::Approx(0.5));
  CHECK(has(text::format_comparison(comparison), "the surest: c is not significantly better than a"));
}

TEST_CASE("of many pairs those that differ are told") {
  const std::string none(40, '0'), all(40, '1');
  const RunComparison comparison = compare_runs(
      std::vector{run_of("a", predictions(none + none)), run_of("b", predictions(all + none)),
                  run_of("c", predictions(all + all)), run_of("other", predictions("1010", "/other/")),
                  run_of("others", predictions("1011", "/other/"))});
  REQUIRE(comparison.tests.size() == 4);  // three pairs of the first group, one of the second
  const std::string text = text::format_comparison(comparison);
  CAPTURE(text);
  for (const char* pair :
       {"b is significantly better than a", "c is significantly better than a",
        "c is significantly better than b", "others is not significantly better than other"})
    CHECK(has(text, pair));
  CHECK(has(text,
            "other and others were validated on other pictures than a, b and c: they are not tested "
            "against them."));
}

/// Runs that are equally good: each gets a picture right with the picture's own probability.
std::vector<ComparedRun> equal_runs(size_t count, size_t pictures, uint64_t seed) {
  std::vector<ComparedRun> runs;
  for (size_t run = 0; run < count; ++run) {
    std::string right;
    for (size_t i = 0; i < pictures; ++i) {
      const double ease = std::sqrt(Random{seed, i}.uniform());  // some are hard for all
      right += Random{seed, i, run + 1}.chance(ease) ? '1' : '0';
    }
    runs.push_back(run_of("run-" + std::to_string(run), predictions(right), 1));
  }
  return runs;
}

/// In how many of 1,000 sets of equally good runs one is called better than another.
int alarms_of_equal_runs(size_t count, size_t pictures) {
  int alarms = 0;
  for (uint64_t set = 0; set < 1000; ++set) {
    const RunComparison comparison = compare_runs(equal_runs(count, pictures, set));
    alarms += std::ranges::any_of(comparison.tests, &PairTest::significant) ? 1 : 0;
  }
  return alarms;
}

TEST_CASE("of equally good runs one is called better in one comparison of twenty") {
  CHECK(alarms_of_equal_runs(2, 200) >= 35);
  CHECK(alarms_of_equal_runs(2, 200) <= 65);
  // Holm's correction holds for every dependence of the tests; those of all pairs of ten runs share runs, so
  // that it alarms less often.
  const int of_ten = alarms_of_equal_runs(10, 100);
  CHECK(of_ten >= 10);
  CHECK(of_ten <= 65);
}

TEST_CASE("runs that saw other pictures are left out of the test") {
  auto other_label = predictions("1111");
  other_label[2].label = "dogs";
  for (const auto& other : {predictions("1110", "/other/"), predictions("111"), other_label}) {
    const RunComparison comparison =
        compare_runs(std::vector{run_of("a", predictions("1111")), run_of("b", other)});
    CHECK(comparison.tests.empty());
    REQUIRE(comparison.notes.size() == 1);
    CHECK(has(text::format_comparison(comparison), "b was validated on other pictures than a"));
  }
}

TEST_CASE("pictures are known by content where runs know it, and learned ones are no test") {
  const auto with_contents = [](std::vector<run::Prediction> answers, bool reversed) {
    for (size_t i = 0; i < answers.size(); ++i) {
      const uint64_t number = reversed ? answers.size() - i : i + 1;
      answers[i].content = data::ContentHash{number, 0};
    }
    return answers;
  };
  // The same four pictures under other names: both are right about the first three.
  auto renamed = with_contents(predictions("0111", "/moved/"), true);
  const RunComparison moved =
      compare_runs(std::vector{run_of("a", with_contents(predictions("1110"), false)), run_of("b", renamed)});
  REQUIRE(moved.tests.size() == 1);
  CHECK(moved.tests[0].only_better == 0);
  CHECK(moved.tests[0].only_other == 0);
  // The same names and other pictures.
  CHECK(compare_runs(std::vector{run_of("a", with_contents(predictions("1110"), false)),
                                 run_of("b", with_contents(predictions("11100"), true))})
            .tests.empty());
  // A run of an earlier version knows paths only.
  CHECK(compare_runs(std::vector{run_of("a", with_contents(predictions("1110"), true)),
                                 run_of("b", predictions("0111"))})
            .tests.size() == 1);
  renamed[0].learned = renamed[1].learned = true;
  const RunComparison learned =
      compare_runs(std::vector{run_of("a", with_contents(predictions("1110"), false)), run_of("b", renamed)});
  CHECK(learned.tests[0].pictures == 2);
  REQUIRE(learned.notes.size() == 1);
  CHECK(has(text::note_text(learned.notes[0], learned), "b has learned from 2 of its validation pictures"));
  renamed[2].learned = renamed[3].learned = true;
  const RunComparison all =
      compare_runs(std::vector{run_of("a", with_contents(predictions("1110"), false)), run_of("b", renamed)});
  CHECK(all.tests[0].pictures == 0);
  CHECK(has(text::format_comparison(all), "cannot be compared"));
  ComparedRun unknown = run_of("b", predictions("0111"));
  unknown.unknown_weights = {"old.safetensors"};
  const RunComparison of_unknown = compare_runs(std::vector{run_of("a", predictions("1110")), unknown});
  CHECK(has(text::note_text(of_unknown.notes.at(0), of_unknown), "b goes back to old.safetensors"));
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
  CHECK(has(text::format_comparison(comparison), "The configurations are the same."));
}

}  // namespace
}  // namespace margay::analysis
