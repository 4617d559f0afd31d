// Goes back until something differs.
#include "margay/train/phases.h"

#include "margay/train/picture_sizes.h"
#include "margay/train/training_length.h"

namespace margay::train {

bool may_mix(const recipe::MixingConfig& mixing, double progress) {
  constexpr double kRounding = 1e-9;
  return progress < mixing.until - kRounding;
}

int first_epoch_like(const recipe::Config& config, int epoch) {
  const PictureSizes sizes(config);
  const TrainingLength length(config.training.epochs);
  const double progress = length.progress(epoch, 0);
  const auto is_alike = [&](int other) {
    const double then = length.progress(other, 0);
    return sizes.at(then) == sizes.at(progress) &&
           may_mix(config.mixing, then) == may_mix(config.mixing, progress);
  };
  while (epoch > 1 && is_alike(epoch - 1)) --epoch;
  return epoch;
}

}  // namespace margay::train
