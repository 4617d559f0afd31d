// Orders answers by how sure they are.
#include "margay/analysis/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "margay/core/error.h"

namespace margay::analysis {

constexpr const char* kWhere = "report.pictures";

std::vector<Verdict> verdicts_of(std::span<const int> labels,
                                 std::span<const std::vector<double>> probabilities) {
  require(labels.size() == probabilities.size(), kWhere,
          fmt::format("{} labels, but probabilities of {} pictures", labels.size(), probabilities.size()));
  std::vector<Verdict> verdicts;
  for (size_t i = 0; i < labels.size(); ++i) {
    require(
        labels[i] >= 0 && static_cast<size_t>(labels[i]) < probabilities[i].size(), kWhere,
        fmt::format("picture {} has label {}, but {} probabilities", i, labels[i], probabilities[i].size()));
    const auto highest = std::ranges::max_element(probabilities[i]);
    verdicts.push_back({i, labels[i], static_cast<int>(highest - probabilities[i].begin()), *highest});
  }
  std::ranges::stable_sort(verdicts, std::greater(), &Verdict::probability);
  return verdicts;
}

}  // namespace margay::analysis
