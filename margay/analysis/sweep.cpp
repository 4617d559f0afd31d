// Ranks trials.
#include "margay/analysis/sweep.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "margay/core/error.h"
#include "margay/data/table_file.h"

namespace margay::analysis {
namespace {

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

std::vector<const SweepTrial*> ranked(const Sweep& sweep) {
  std::vector<const SweepTrial*> trials;
  for (const SweepTrial& trial : sweep.trials) trials.push_back(&trial);
  std::ranges::stable_sort(trials, [](const SweepTrial* a, const SweepTrial* b) {
    return a->complete != b->complete ? a->complete : is_better(*a, *b);
  });
  return trials;
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

}  // namespace margay::analysis
