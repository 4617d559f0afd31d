// Sums over classes.
#include "margay/train/validation_score.h"

#include <numeric>

#include "margay/train/class_balance.h"

namespace margay::train {

void ValidationScore::add(const BatchLoss& loss, std::span<const int32_t> labels) {
  loss_sum_ += loss.mean.item<double>() * static_cast<double>(labels.size());
  const at::Tensor right = loss.right.cpu();
  const bool* is_right = right.data_ptr<bool>();
  for (size_t i = 0; i < labels.size(); ++i) {
    const auto label = static_cast<size_t>(labels[i]);
    ++counts_[label];
    right_[label] += is_right[i] ? 1 : 0;
  }
}

Measures ValidationScore::measures() const {
  const auto sum = [](const std::vector<int64_t>& numbers) {
    return static_cast<double>(std::accumulate(numbers.begin(), numbers.end(), int64_t{0}));
  };
  const double seen = sum(counts_);
  return {loss_sum_ / seen, sum(right_) / seen, balanced_accuracy(right_, counts_)};
}

}  // namespace margay::train
