// Tables and sentences of a comparison of runs.
#include "margay/text/format_run_comparison.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "margay/core/error.h"
#include "margay/core/joined.h"
#include "margay/core/printable.h"
#include "margay/core/unicode.h"
#include "margay/text/difference_text.h"
#include "margay/text/phrases.h"
#include "margay/text/text_table.h"
#include "margay/text/wrapped_text.h"

namespace margay::text {
namespace {

/// Whether every line fits into the columns of a terminal.
bool is_narrow(std::string_view table) {
  for (size_t at = 0, end; (end = table.find('\n', at)) != table.npos; at = end + 1)
    if (display_width(table.substr(at, end - at)) > kTextColumns) return false;
  return true;
}

/// Each line in lines of a terminal.
std::string wrapped_lines(std::string_view text) {
  std::string out;
  for (size_t at = 0, end; (end = text.find('\n', at)) != text.npos; at = end + 1)
    out += wrapped_text(text.substr(at, end - at), 0);
  return out;
}

/// A key, and below it every value with the runs that have it.
std::string difference_lines(const analysis::ConfigDifference& difference,
                             const analysis::RunComparison& comparison) {
  std::string text = difference.key + '\n';
  const std::vector<std::string> texts = texts_of(difference);
  for (size_t i = 0; i < texts.size(); ++i) {
    const auto same = [&](size_t run) { return texts[run] == texts[i]; };
    std::vector<std::string> names;
    bool told = false;
    for (size_t run = 0; run < texts.size(); ++run) {
      told |= run < i && same(run);
      if (same(run)) names.push_back(printable(comparison.results[run].name));
    }
    if (told) continue;
    text += wrapped_text(fmt::format("{}: {}", fmt::join(names, ", "), texts[i]), 2, kTextColumns, 6);
  }
  return text;
}

std::string difference_table(const analysis::RunComparison& comparison) {
  if (comparison.differences.empty()) return "The configurations are the same.\n";
  std::vector<std::vector<std::string>> rows{{"Configuration"}};
  for (const analysis::RunResult& result : comparison.results) rows[0].push_back(result.name);
  for (const analysis::ConfigDifference& difference : comparison.differences) {
    rows.push_back({difference.key});
    const std::vector<std::string> texts = texts_of(difference);
    rows.back().insert(rows.back().end(), texts.begin(), texts.end());
  }
  const std::string table = format_text_table(rows, Align::left);
  if (is_narrow(table)) return table;
  std::string text = "Configuration\n";
  for (const analysis::ConfigDifference& difference : comparison.differences)
    text += difference_lines(difference, comparison);
  return text;
}

std::string interval_text(const std::optional<Interval>& interval) {
  return interval ? fmt::format("{:.1f} to {:.1f} %", 100 * interval->low, 100 * interval->high) : "–";
}

using Rows = std::vector<std::vector<std::string>>;

Rows result_rows(const analysis::RunComparison& comparison) {
  Rows rows{{"Run", "epochs", "training", "validation", "model", "of epoch", "95 % interval", "loss",
             "val_loss", "images/s", "time"}};
  for (const analysis::RunResult& result : comparison.results)
    rows.push_back({result.name, std::to_string(result.epochs), percent_1(result.accuracy),
                    percent_1(result.val_accuracy), percent_1(result.kept_val_accuracy),
                    std::to_string(result.kept_epoch), interval_text(result.interval), decimal_3(result.loss),
                    decimal_3(result.val_loss), fmt::format("{:.0f}", result.images_per_second),
                    format_duration(result.training_s)});
  return rows;
}

/// The first column, and those from `begin` on.
Rows columns_of(const Rows& rows, size_t begin, size_t end) {
  Rows part;
  for (const std::vector<std::string>& row : rows) {
    part.push_back({row.front()});
    part.back().insert(part.back().end(), row.begin() + static_cast<std::ptrdiff_t>(begin),
                       row.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return part;
}

/// A line for each run and below it what came of it, for names that leave no room beside them.
std::string result_lines(const Rows& rows) {
  std::string text = "Runs\n";
  for (size_t run = 1; run < rows.size(); ++run) {
    std::vector<std::string> parts;
    for (size_t i = 1; i < rows[run].size(); ++i) parts.push_back(rows[0][i] + ' ' + rows[run][i]);
    text += printable(rows[run][0]) + '\n' + wrapped_text(fmt::format("{}", fmt::join(parts, ", ")), 2);
  }
  return text;
}

/// Accuracies, then losses and speed: all of them beside each other are too wide for a terminal.
std::string result_table(const analysis::RunComparison& comparison) {
  constexpr size_t kFirstOfLosses = 7;
  const Rows rows = result_rows(comparison);
  const std::string tables =
      format_text_table(columns_of(rows, 1, kFirstOfLosses), Align::right) + '\n' +
      format_text_table(columns_of(rows, kFirstOfLosses, rows[0].size()), Align::right);
  return (is_narrow(tables) ? tables : result_lines(rows)) +
         wrapped_text(
             "training, validation: accuracy in the last epoch; model: validation accuracy of the weights "
             "that were kept; time: training without validation",
             0);
}

std::string p_text(double p) {
  return p < 0.001 ? "p < 0.001" : fmt::format("p = {:.2g}", p);
}

std::string sentence(const analysis::PairTest& test, const analysis::RunComparison& comparison) {
  const std::string better = printable(comparison.results[test.better].name),
                    other = printable(comparison.results[test.other].name);
  if (test.pictures == 0)
    return fmt::format(
        "{} and {} cannot be compared: each validation picture is one that at least one of "
        "them has learned from.\n",
        better, other);
  if (test.only_better + test.only_other == 0)
    return fmt::format("{} and {} get the same of {} right.\n", better, other,
                       counted(test.pictures, "picture"));
  return fmt::format(
      "{} is {}significantly better than {} ({}): of {} it alone gets {} right, and the other alone {}.\n",
      better, test.significant() ? "" : "not ", other, p_text(test.corrected_p_value),
      counted(test.pictures, "picture"), grouped(test.only_better), grouped(test.only_other));
}

/// The pairs that differ, the surest first; of the others how many there are.
std::string pair_sentences(const analysis::RunComparison& comparison, std::string_view all_as_json) {
  constexpr size_t kTold = 20;
  std::vector<analysis::PairTest> tests = comparison.tests;
  // Many corrected values are 1: of those the uncorrected ones tell which is the surest.
  std::ranges::stable_sort(tests, {}, [](const analysis::PairTest& test) {
    return std::pair(test.corrected_p_value, test.p_value);
  });
  if (tests.size() == 1) return sentence(tests.front(), comparison);
  const auto differ = static_cast<size_t>(std::ranges::count_if(tests, &analysis::PairTest::significant));
  std::string text;
  for (size_t i = 0; i < std::min(differ, kTold); ++i) text += sentence(tests[i], comparison);
  if (differ > kTold)
    text +=
        fmt::format("{} significantly too; {} has them all.\n",
                    counted(static_cast<int64_t>(differ - kTold), "other pair differs", "other pairs differ"),
                    all_as_json);
  if (differ == tests.size()) return text;
  const auto alike = static_cast<int64_t>(tests.size() - differ);
  if (differ > 0 && alike == 1) return text + sentence(tests.back(), comparison);
  return text + fmt::format("{} significantly different; the surest: {}",
                            differ == 0 ? fmt::format("None of the {} pairs of runs is", alike)
                                        : fmt::format("The other {} pairs of runs are not", alike),
                            sentence(tests[differ], comparison));
}

std::string verdicts(const analysis::RunComparison& comparison, std::string_view all_as_json) {
  std::string text;
  if (!comparison.tests.empty()) {
    text += pair_sentences(comparison, all_as_json);
    text += fmt::format("(McNemar's test, mid-p, on the same validation pictures, at 5 %{})\n",
                        comparison.tests.size() > 1
                            ? fmt::format(", with Holm's correction for {} pairs", comparison.tests.size())
                            : "");
  }
  for (const analysis::ComparisonNote& note : comparison.notes) text += note_text(note, comparison) + '\n';
  return wrapped_lines(text);
}

}  // namespace

std::string note_text(const analysis::ComparisonNote& note, const analysis::RunComparison& comparison) {
  const auto names = [&](const std::vector<size_t>& runs) {
    std::vector<std::string> found;
    for (const size_t run : runs) found.push_back(comparison.results[run].name);
    return joined(found);
  };
  using Kind = analysis::ComparisonNote::Kind;
  switch (note.kind) {
    case Kind::no_predictions:
      return fmt::format(
          "{} has no predictions.csv, which a training with validation pictures writes at its end: it is not "
          "tested.",
          names(note.runs));
    case Kind::other_pictures: {
      const bool alone = note.runs.size() == 1;
      return fmt::format("{} {} validated on other pictures than {}: {} not tested{}.", names(note.runs),
                         alone ? "was" : "were", names(note.others), alone ? "it is" : "they are",
                         alone ? "" : " against them");
    }
    case Kind::learned:
      return fmt::format(
          "{} has learned from {} of its validation pictures, by itself or through the run that it began "
          "with: "
          "its accuracy looks better than it would on new ones, and no test counts them.",
          names(note.runs), grouped(note.learned));
    case Kind::unknown_weights:
      return fmt::format(
          "{} goes back to {}, and which pictures those had learned from is not known: where validation "
          "pictures "
          "are among them, its accuracy looks better than it would on new ones.",
          names(note.runs), joined(note.weights));
  }
  return {};
}

Json comparison_json(const analysis::RunComparison& comparison) {
  Json document = comparison.to_json();
  document["notes"] = Json::array();
  for (const analysis::ComparisonNote& note : comparison.notes)
    document["notes"].push_back(note_text(note, comparison));
  return document;
}

std::string format_comparison(const analysis::RunComparison& comparison, std::string_view all_as_json) {
  return fmt::format("{}\n{}\n{}", difference_table(comparison), result_table(comparison),
                     verdicts(comparison, all_as_json));
}

}  // namespace margay::text
