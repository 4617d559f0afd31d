// Counting right and wrong answers.
#include "margay/predict/evaluation.h"

#include <algorithm>
#include <cmath>

#include "margay/core/error.h"
#include "margay/core/wilson_interval.h"

namespace margay::predict {
namespace {

std::optional<double> ratio(double part, double whole) {
  return whole == 0 ? std::nullopt : std::optional(part / whole);
}

Json or_null(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

void check(size_t classes, std::span<const int> labels, std::span<const std::vector<double>> probabilities) {
  require(labels.size() == probabilities.size(), "evaluate",
          fmt::format("{} labels for {} answers", labels.size(), probabilities.size()));
  require<DataError>(!labels.empty(), "evaluate", "there is no picture to evaluate");
  for (size_t i = 0; i < labels.size(); ++i) {
    require(labels[i] >= 0 && labels[i] < static_cast<int>(classes), "evaluate",
            fmt::format("label {} of {} classes", labels[i], classes));
    require(probabilities[i].size() == classes, "evaluate",
            fmt::format("{} probabilities for {} classes", probabilities[i].size(), classes));
  }
}

ClassScore score(const std::string& name, size_t index, const std::vector<std::vector<int64_t>>& confusion) {
  int64_t support = 0, predicted = 0;
  for (size_t other = 0; other < confusion.size(); ++other) {
    support += confusion[index][other];
    predicted += confusion[other][index];
  }
  const auto hits = static_cast<double>(confusion[index][index]);
  return {.name = name,
          .support = support,
          .precision = ratio(hits, static_cast<double>(predicted)),
          .recall = ratio(hits, static_cast<double>(support)),
          .f1 = support == 0 ? std::nullopt : ratio(2 * hits, static_cast<double>(support + predicted))};
}

/// Of pictures of one class alone, whatever is said to show it does, and whatever is said to show another
/// does not: precision was not measured.
void leave_out_precision(std::vector<ClassScore>& classes) {
  const auto present =
      std::ranges::count_if(classes, [](const ClassScore& entry) { return entry.support > 0; });
  if (present > 1) return;
  for (ClassScore& entry : classes) entry.precision = entry.f1 = std::nullopt;
}

double mean_recall(const std::vector<ClassScore>& classes) {
  double sum = 0, present = 0;
  for (const ClassScore& entry : classes) {
    if (!entry.recall) continue;
    sum += *entry.recall;
    ++present;
  }
  return sum / present;
}

}  // namespace

Evaluation evaluate(std::span<const std::string> class_names, std::span<const int> labels,
                    std::span<const std::vector<double>> probabilities) {
  check(class_names.size(), labels, probabilities);
  Evaluation result;
  result.count = static_cast<int64_t>(labels.size());
  result.confusion.assign(class_names.size(), std::vector<int64_t>(class_names.size()));
  int64_t hits = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    const auto& values = probabilities[i];
    const auto best = std::max_element(values.begin(), values.end()) - values.begin();
    ++result.confusion[labels[i]][best];
    hits += best == labels[i] ? 1 : 0;
    result.loss -= std::log(std::max(values[labels[i]], kLeastProbability));
    result.ruled_out += values[labels[i]] < kLeastProbability;
  }
  result.loss /= static_cast<double>(result.count);
  result.accuracy = static_cast<double>(hits) / static_cast<double>(result.count);
  const Interval interval = wilson_interval(hits, result.count);
  result.accuracy_interval = {interval.low, interval.high};
  for (size_t c = 0; c < class_names.size(); ++c)
    result.classes.push_back(score(class_names[c], c, result.confusion));
  leave_out_precision(result.classes);
  result.balanced_accuracy = mean_recall(result.classes);
  return result;
}

Json Evaluation::to_json() const {
  Json scores = Json::array();
  for (const ClassScore& entry : classes)
    scores.push_back({{"name", entry.name},
                      {"precision", or_null(entry.precision)},
                      {"recall", or_null(entry.recall)},
                      {"f1", or_null(entry.f1)},
                      {"support", entry.support}});
  return {{"accuracy", accuracy},
          {"accuracy_interval", accuracy_interval},
          {"balanced_accuracy", balanced_accuracy},
          {"loss", loss},
          {"ruled_out", ruled_out},
          {"count", count},
          {"classes", scores},
          {"confusion", confusion}};
}

}  // namespace margay::predict
