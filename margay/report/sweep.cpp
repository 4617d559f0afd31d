// Ranks trials and tells what they came to.
#include "margay/report/sweep.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "margay/core/error.h"
#include "margay/core/shell_word.h"
#include "margay/data/table_file.h"
#include "margay/report/phrases.h"
#include "margay/report/text_table.h"
#include "margay/report/wrapped_text.h"

namespace margay::report {
namespace {

std::vector<const SweepTrial*> ranked(const Sweep& sweep) {
  std::vector<const SweepTrial*> trials;
  for (const SweepTrial& trial : sweep.trials) trials.push_back(&trial);
  std::ranges::stable_sort(trials, [](const SweepTrial* a, const SweepTrial* b) {
    return a->complete != b->complete ? a->complete : is_better(*a, *b);
  });
  return trials;
}

std::string interval_text(const RunResult& result) {
  return result.interval
             ? fmt::format("{:.1f} to {:.1f} %", 100 * result.interval->low, 100 * result.interval->high)
             : "–";
}

std::vector<std::string> table_row(const SweepTrial& trial) {
  std::vector<std::string> row{std::to_string(trial.number)};
  for (const auto& [key, value] : trial.settings.items()) row.push_back(setting_text(value));
  if (!trial.result) {
    row.insert(row.end(), {"0", "–", "–", "–", "–", "–"});
    return row;
  }
  const RunResult& result = *trial.result;
  row.insert(row.end(),
             {std::to_string(result.epochs), percent_1(result.accuracy),
              trial.failure.empty() ? percent_1(result.kept_val_accuracy) : "failed", interval_text(result),
              decimal_3(result.val_loss), format_duration(result.training_s)});
  return row;
}

std::string table(const Sweep& sweep) {
  std::vector<std::vector<std::string>> rows{{"Trial"}};
  if (!sweep.trials.empty())
    for (const auto& [key, value] : sweep.trials.front().settings.items()) rows[0].push_back(key);
  rows[0].insert(rows[0].end(), {"epochs", "training", "model", "95 % interval", "val_loss", "time"});
  for (const SweepTrial* trial : ranked(sweep)) rows.push_back(table_row(*trial));
  return format_text_table(rows, Align::right) + wrapped_text(
                                                     "training: accuracy in the last epoch; model: "
                                                     "validation accuracy of the weights that were kept; "
                                                     "time: training without validation",
                                                     0);
}

/// How many others the validation pictures cannot tell from the best.
int64_t count_within_interval(const Sweep& sweep, const SweepTrial& best) {
  return std::ranges::count_if(sweep.trials, [&](const SweepTrial& trial) {
    return &trial != &best && trial.complete && best.result->interval &&
           trial.result->kept_val_accuracy >= best.result->interval->low;
  });
}

/// Whether several trials ended, and all with one accuracy.
bool are_alike(const Sweep& sweep) {
  const SweepTrial* best = sweep.best();
  const auto ended = [](const SweepTrial& trial) { return trial.complete && trial.result; };
  return std::ranges::count_if(sweep.trials, ended) > 1 &&
         std::ranges::all_of(sweep.trials, [&](const SweepTrial& trial) {
           return !ended(trial) || trial.result->kept_val_accuracy == best->result->kept_val_accuracy;
         });
}

std::string verdict(const Sweep& sweep) {
  const SweepTrial* best = sweep.best();
  if (best == nullptr) return "No trial was trained to its end.\n";
  const RunResult& result = *best->result;
  std::string text = fmt::format(
      "Best is trial {}: {}, validation accuracy {}{}, in {}\n", best->number,
      describe_settings(best->settings), percent_1(result.kept_val_accuracy),
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
  return text + fmt::format("Only pictures that chose nothing say how good it is: margay evaluate {} DATA\n",
                            shell_word(result.path));
}

std::string failures(const Sweep& sweep) {
  std::string text;
  for (const SweepTrial& trial : sweep.trials)
    if (!trial.failure.empty()) text += fmt::format("Trial {} failed: {}\n", trial.number, trial.failure);
  return text;
}

/// JSON has no NaN.
Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json to_json(const SweepTrial& trial) {
  Json document{{"trial", trial.number},
                {"settings", trial.settings},
                {"complete", trial.complete},
                {"failure", trial.failure.empty() ? Json(nullptr) : Json(trial.failure)}};
  if (!trial.result) return document;
  const RunResult& result = *trial.result;
  document.update(
      {{"path", result.path},
       {"epochs", result.epochs},
       {"accuracy", number(result.accuracy)},
       {"loss", number(result.loss)},
       {"val_accuracy", number(result.kept_val_accuracy)},
       {"val_loss", number(result.val_loss)},
       {"interval", result.interval ? Json{result.interval->low, result.interval->high} : Json(nullptr)},
       {"kept_epoch", result.kept_epoch},
       {"training_seconds", number(result.training_s)}});
  return document;
}

std::string csv_number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : "";
}

}  // namespace

bool is_better(const SweepTrial& a, const SweepTrial& b) {
  const auto rank = [](const SweepTrial& trial) {
    const bool usable = trial.result && trial.failure.empty();
    // What is not a number compares with nothing.
    const double accuracy = usable ? trial.result->kept_val_accuracy : -1;
    const double loss = usable && !std::isnan(trial.result->val_loss) ? trial.result->val_loss : INFINITY;
    return std::tuple(std::isnan(accuracy) ? -1 : accuracy, -loss);
  };
  return rank(a) > rank(b);
}

const SweepTrial* Sweep::best() const {
  const std::vector<const SweepTrial*> order = ranked(*this);
  return order.empty() || !order.front()->complete ? nullptr : order.front();
}

std::string setting_text(const Json& value) {
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  if (!value.is_string()) return format_json(value);
  return value.get<std::string>().empty() ? "none" : value.get<std::string>();
}

std::string describe_settings(const Json& settings) {
  std::string text;
  for (const auto& [key, value] : settings.items())
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", key, setting_text(value));
  return text;
}

std::string format_sweep(const Sweep& sweep) {
  return fmt::format("{}\n{}{}", table(sweep), failures(sweep), verdict(sweep));
}

Json to_json(const Sweep& sweep) {
  Json document{{"trials", Json::array()}};
  for (const SweepTrial& trial : sweep.trials) document["trials"].push_back(to_json(trial));
  const SweepTrial* best = sweep.best();
  document["best"] = best == nullptr ? Json(nullptr) : Json(best->number);
  return document;
}

std::string to_csv(const Sweep& sweep) {
  std::vector<std::string> fields{"trial"};
  if (!sweep.trials.empty())
    for (const auto& [key, value] : sweep.trials.front().settings.items()) fields.push_back(key);
  fields.insert(fields.end(), {"complete", "epochs", "accuracy", "loss", "val_accuracy", "val_loss",
                               "interval_low", "interval_high", "training_seconds", "failure"});
  std::string text = data::format_csv_line(fields);
  for (const SweepTrial& trial : sweep.trials) {
    fields = {std::to_string(trial.number)};
    for (const auto& [key, value] : trial.settings.items())
      fields.push_back(value.is_string() ? value.get<std::string>() : format_json(value));
    const RunResult result = trial.result.value_or(RunResult{});
    const auto measured = [&](double value) { return trial.result ? csv_number(value) : ""; };
    const auto bound = [&](double Interval::*end) {
      return result.interval ? csv_number((*result.interval).*end) : "";
    };
    fields.insert(
        fields.end(),
        {trial.complete ? "true" : "false", std::to_string(result.epochs), measured(result.accuracy),
         measured(result.loss), measured(result.kept_val_accuracy), measured(result.val_loss),
         bound(&Interval::low), bound(&Interval::high), measured(result.training_s), trial.failure});
    text += data::format_csv_line(fields);
  }
  return text;
}

}  // namespace margay::report
