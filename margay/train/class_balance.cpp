// Arithmetic over the sizes of classes.
#include "margay/train/class_balance.h"

#include <algorithm>
#include <numeric>

#include "margay/data/imbalance.h"

namespace margay::train {
namespace {

int64_t count_present(std::span<const int64_t> counts) {
  return std::count_if(counts.begin(), counts.end(), [](int64_t count) { return count > 0; });
}

}  // namespace

std::vector<int64_t> count_classes(std::span<const int> labels, size_t classes) {
  std::vector<int64_t> counts(classes);
  for (const int label : labels) ++counts[static_cast<size_t>(label)];
  return counts;
}

recipe::Balance decide_balance(recipe::Balance wanted, std::span<const int64_t> counts) {
  if (wanted != recipe::Balance::automatic) return wanted;
  return data::imbalance_of(counts) >= data::kUnequal ? recipe::Balance::weights : recipe::Balance::none;
}

std::vector<float> balanced_weights(std::span<const int64_t> counts) {
  const double pictures = static_cast<double>(std::accumulate(counts.begin(), counts.end(), int64_t{0}));
  const auto classes = static_cast<double>(count_present(counts));
  std::vector<float> weights;
  for (const int64_t count : counts)
    weights.push_back(count == 0 ? 0 : static_cast<float>(pictures / (classes * static_cast<double>(count))));
  return weights;
}

double balanced_accuracy(std::span<const int64_t> right, std::span<const int64_t> counts) {
  double sum = 0;
  for (size_t i = 0; i < counts.size(); ++i)
    if (counts[i] > 0) sum += static_cast<double>(right[i]) / static_cast<double>(counts[i]);
  return sum / static_cast<double>(count_present(counts));
}

}  // namespace margay::train
