// Shares of the training to sizes.
#include "margay/train/picture_sizes.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

namespace margay::train {
namespace {

constexpr double kRounding = 1e-9;  // of sums of shares

/// With so many pixels on the longer side.
data::PictureSize scaled(const image::Preprocess& input, int longer) {
  const double factor = static_cast<double>(longer) / std::max(input.width, input.height);
  const auto side = [&](int pixels) { return std::max(1, static_cast<int>(std::lround(pixels * factor))); };
  return {side(input.width), side(input.height)};
}

}  // namespace

PictureSizes::PictureSizes(const recipe::Config& config) {
  const recipe::ScheduleConfig& schedule = config.schedule;
  for (const int size : schedule.sizes) sizes_.push_back(scaled(config.input, size));
  if (sizes_.empty()) sizes_ = {{config.input.width, config.input.height}};
  std::vector<double> shares = schedule.size_shares;
  if (shares.empty()) shares.assign(sizes_.size(), 1);
  const double all = std::accumulate(shares.begin(), shares.end(), 0.0);
  std::partial_sum(shares.begin(), shares.end(), std::back_inserter(ends_));
  for (double& end : ends_) end /= all;
}

data::PictureSize PictureSizes::at(double progress) const {
  const auto later = std::upper_bound(ends_.begin(), ends_.end() - 1, progress + kRounding);
  return sizes_[static_cast<size_t>(later - ends_.begin())];
}

double PictureSizes::pixels_left(const TrainingLength& length, double done) const {
  double sum = 0, from = done;
  for (size_t i = 0; i < sizes_.size() && from < length.in_epochs(); ++i) {
    const double to =
        i + 1 < sizes_.size() ? length.first_epoch(ends_[i] - kRounding) - 1 : length.in_epochs();
    const double end = std::clamp(to, from, length.in_epochs());
    sum += (end - from) * pixels(sizes_[i]);
    from = end;
  }
  return sum;
}

}  // namespace margay::train
