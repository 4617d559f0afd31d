// A comparison of runs as text and as JSON.
#include <algorithm>
#include <cmath>

#include "margay/core/error.h"
#include "margay/report/phrases.h"
#include "margay/report/run_comparison.h"
#include "margay/report/text_table.h"

namespace margay::report {
namespace {

std::string difference_table(const RunComparison& comparison) {
  if (comparison.differences.empty()) return "The configurations are the same.\n";
  std::vector<std::vector<std::string>> rows{{"Configuration"}};
  for (const RunResult& result : comparison.results) rows[0].push_back(result.name);
  for (const ConfigDifference& difference : comparison.differences) {
    rows.push_back({difference.key});
    rows.back().insert(rows.back().end(), difference.texts.begin(), difference.texts.end());
  }
  return format_text_table(rows, Align::left);
}

std::string interval_text(const std::optional<Interval>& interval) {
  return interval ? fmt::format("{:.1f} to {:.1f} %", 100 * interval->low, 100 * interval->high) : "–";
}

std::string result_table(const RunComparison& comparison) {
  std::vector<std::vector<std::string>> rows{{"Run", "epochs", "training", "validation", "model", "of epoch",
                                              "95 % interval", "loss", "val_loss", "images/s", "time"}};
  for (const RunResult& result : comparison.results)
    rows.push_back({result.name, std::to_string(result.epochs), percent_1(result.accuracy),
                    percent_1(result.val_accuracy), percent_1(result.kept_val_accuracy),
                    std::to_string(result.kept_epoch), interval_text(result.interval), decimal_3(result.loss),
                    decimal_3(result.val_loss), fmt::format("{:.0f}", result.images_per_second),
                    duration(result.training_s)});
  return format_text_table(rows, Align::right) +
         "training and validation: accuracy in the last epoch; model: validation accuracy of the weights "
         "that were kept; time: training without validation\n";
}

std::string p_text(double p) {
  return p < 0.001 ? "p < 0.001" : fmt::format("p = {:.2g}", p);
}

std::string sentence(const PairTest& test, const RunComparison& comparison) {
  return fmt::format(
      "{} is {}significantly better than {} ({}): of {} it alone gets {} right, and the other alone {}.\n",
      comparison.results[comparison.best].name, test.significant() ? "" : "not ",
      comparison.results[test.other].name, p_text(test.corrected_p_value),
      counted(comparison.test_pictures, "picture"), grouped(test.only_best), grouped(test.only_other));
}

std::string verdicts(const RunComparison& comparison) {
  std::string text;
  for (const PairTest& test : comparison.tests) text += sentence(test, comparison);
  if (!text.empty())
    text += fmt::format("(McNemar's exact test on the same validation pictures{})\n",
                        comparison.tests.size() > 1
                            ? fmt::format(", with Holm's correction for {} tests", comparison.tests.size())
                            : "");
  for (const std::string& note : comparison.notes) text += note + '\n';
  return text;
}

/// JSON has no NaN.
Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json to_json(const RunResult& result) {
  return {{"name", result.name},
          {"path", result.path},
          {"epochs", result.epochs},
          {"accuracy", number(result.accuracy)},
          {"loss", number(result.loss)},
          {"val_accuracy", number(result.val_accuracy)},
          {"val_loss", number(result.val_loss)},
          {"kept_epoch", result.kept_epoch},
          {"kept_val_accuracy", number(result.kept_val_accuracy)},
          {"interval", result.interval ? Json{result.interval->low, result.interval->high} : Json(nullptr)},
          {"images_per_second", number(result.images_per_second)},
          {"training_seconds", number(result.training_s)}};
}

}  // namespace

std::string format_comparison(const RunComparison& comparison) {
  return fmt::format("{}\n{}\n{}", difference_table(comparison), result_table(comparison),
                     verdicts(comparison));
}

Json RunComparison::to_json() const {
  Json document{{"runs", Json::array()}, {"differences", Json::object()}, {"tests", Json::array()}};
  for (const RunResult& result : results) document["runs"].push_back(report::to_json(result));
  for (const ConfigDifference& difference : differences)
    document["differences"][difference.key] = difference.values;
  for (const PairTest& test : tests)
    document["tests"].push_back({{"best", results[best].name},
                                 {"other", results[test.other].name},
                                 {"pictures", test_pictures},
                                 {"only_best_right", test.only_best},
                                 {"only_other_right", test.only_other},
                                 {"p_value", test.p_value},
                                 {"corrected_p_value", test.corrected_p_value},
                                 {"significant", test.significant()}});
  document["notes"] = notes;
  return document;
}

}  // namespace margay::report
