// Several copies of one picture, whose probabilities are averaged.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "margay/image/image.h"
#include "margay/predict/predictor.h"

namespace margay::predict {

/// What the network is shown besides the picture as it was fitted.
enum class TestTimeAugmentation {
  none,   ///< nothing
  flip,   ///< its mirror image
  crops,  ///< its corners and its centre, 7/8 of each side, enlarged to the whole size; and all mirrored
};

std::string_view name_of(TestTimeAugmentation augmentation);
/// Throws UsageError that lists the names.
TestTimeAugmentation test_time_augmentation_from_name(std::string_view name);

/// Copies of a fitted picture, all of its size, the picture itself first: 1, 2 or 12.
std::vector<image::Image> augmented_copies(image::ImageView fitted, TestTimeAugmentation augmentation);

/// The answer to the picture alone, and the mean of the probabilities of all copies.
struct AugmentedAnswer {
  Answer plain;
  Answer mean;
};

/// For fitted pictures, see Predictor::predict_fitted; as many as there are go through the network together.
std::vector<AugmentedAnswer> predict_augmented(Predictor& predictor, std::span<const image::ImageView> fitted,
                                               TestTimeAugmentation augmentation);

}  // namespace margay::predict
