// The sizes of training pictures over a training.
#pragma once

#include <vector>

#include "margay/data/loader.h"
#include "margay/recipe/config.h"
#include "margay/train/training_length.h"

namespace margay::train {

/// schedule.sizes: small pictures first, which are quick to learn from, then larger ones.
class PictureSizes {
 public:
  explicit PictureSizes(const recipe::Config& config);

  /// What an epoch begins with when so much of the training, in [0, 1], is done.
  data::PictureSize at(double progress) const;
  /// In their order; the input's alone where the configuration has none.
  const std::vector<data::PictureSize>& all() const { return sizes_; }
  /// Pixels of a picture of each epoch, added up over what is left of the training when `done` epochs are.
  double pixels_left(const TrainingLength& length, double done) const;

 private:
  std::vector<data::PictureSize> sizes_;
  std::vector<double> ends_;  ///< of each, in [0, 1]
};

/// Pixels of a picture.
inline double pixels(const data::PictureSize& size) {
  return static_cast<double>(size.width) * size.height;
}

}  // namespace margay::train
