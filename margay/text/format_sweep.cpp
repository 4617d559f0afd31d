// Tells what the trials came to.
#include "margay/text/format_sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "margay/text/phrases.h"
#include "margay/text/text_table.h"
#include "margay/text/wrapped_text.h"

namespace margay::text {
namespace {

std::string interval_text(const analysis::RunResult& result) {
  return result.interval
             ? fmt::format("{:.1f} to {:.1f} %", 100 * result.interval->low, 100 * result.interval->high)
             : "–";
}

std::vector<std::string> table_row(const analysis::SweepTrial& trial) {
  std::vector<std::string> row{std::to_string(trial.number)};
  for (const auto& [key, value] : trial.settings.items()) row.push_back(analysis::setting_text(value));
  if (!trial.result) {
    row.insert(row.end(), {"0", "–", "–", "–", "–", "–"});
    return row;
  }
  const analysis::RunResult& result = *trial.result;
  row.insert(row.end(),
             {std::to_string(result.epochs), percent_1(result.accuracy),
              trial.failure.empty() ? percent_1(result.kept_val_accuracy) : "failed", interval_text(result),
              decimal_3(result.val_loss), format_duration(result.training_s)});
  return row;
}

std::string table(const analysis::Sweep& sweep) {
  std::vector<std::vector<std::string>> rows{{"Trial"}};
  if (!sweep.trials.empty())
    for (const auto& [key, value] : sweep.trials.front().settings.items()) rows[0].push_back(key);
  rows[0].insert(rows[0].end(), {"epochs", "training", "model", "95 % interval", "val_loss", "time"});
  for (const analysis::SweepTrial* trial : analysis::ranked(sweep)) rows.push_back(table_row(*trial));
  return format_text_table(rows, Align::right) + wrapped_text(
                                                     "training: accuracy in the last epoch; model: "
                                                     "validation accuracy of the weights that were kept; "
                                                     "time: training without validation",
                                                     0);
}

/// How many others the validation pictures cannot tell from the best.
int64_t count_within_interval(const analysis::Sweep& sweep, const analysis::SweepTrial& best) {
  return std::ranges::count_if(sweep.trials, [&](const analysis::SweepTrial& trial) {
    return &trial != &best && trial.complete && best.result->interval &&
           trial.result->kept_val_accuracy >= best.result->interval->low;
  });
}

/// Whether several trials ended, and all with one accuracy.
bool are_alike(const analysis::Sweep& sweep) {
  const analysis::SweepTrial* best = sweep.best();
  const auto ended = [](const analysis::SweepTrial& trial) { return trial.complete && trial.result; };
  return std::ranges::count_if(sweep.trials, ended) > 1 &&
         std::ranges::all_of(sweep.trials, [&](const analysis::SweepTrial& trial) {
           return !ended(trial) || trial.result->kept_val_accuracy == best->result->kept_val_accuracy;
         });
}

std::string verdict(const analysis::Sweep& sweep, std::string_view measure_command) {
  const analysis::SweepTrial* best = sweep.best();
  if (best == nullptr) return "No trial was trained to its end.\n";
  const analysis::RunResult& result = *best->result;
  std::string text = fmt::format(
      "Best is trial {}: {}, validation accuracy {}{}, in {}\n", best->number,
      analysis::describe_settings(best->settings), percent_1(result.kept_val_accuracy),
      result.interval ? fmt::format(" (95 % interval {})", interval_text(result)) : "", result.path);
  const auto trials = static_cast<int64_t>(sweep.trials.size());
  if (trials == 1) return text;
  if (are_alike(sweep))
    text += wrapped_text(
        "All trials that ended have the same validation accuracy: it does not show whether they learned "
        "anything.",
        0);
  else if (const int64_t others = count_within_interval(sweep, *best); others > 0)
    text += fmt::format("{} {} inside that interval: the validation pictures hardly tell {} apart.\n",
                        counted(others, "other trial"), others == 1 ? "is" : "are",
                        others == 1 ? "the two" : "them");
  text += wrapped_text(
      fmt::format("The best of {} on the same pictures looks better than it is: of equally good trials the "
                  "luckiest wins.",
                  counted(trials, "trial")),
      0);
  text += "Only pictures that chose nothing say how good it is";
  return text + (measure_command.empty() ? ".\n" : fmt::format(": {}\n", measure_command));
}

std::string failures(const analysis::Sweep& sweep) {
  std::string text;
  for (const analysis::SweepTrial& trial : sweep.trials)
    if (!trial.failure.empty()) text += fmt::format("Trial {} failed: {}\n", trial.number, trial.failure);
  return text;
}

}  // namespace

std::string format_sweep(const analysis::Sweep& sweep, std::string_view measure_command) {
  return fmt::format("{}\n{}{}", table(sweep), failures(sweep), verdict(sweep, measure_command));
}

}  // namespace margay::text
