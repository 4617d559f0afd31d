// Several looks at one picture, whose probabilities are averaged.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "margay/image/image.h"
#include "margay/predict/predictor.h"

namespace margay::predict {

/// What is looked at besides the picture as it was fitted.
enum class TestTimeAugmentation {
  one,    ///< nothing
  flip,   ///< its mirror image
  crops,  ///< its corners and its centre, 7/8 of each side, enlarged to the whole size; and all mirrored
};

std::string_view name_of(TestTimeAugmentation views);
/// Throws UsageError that lists the names.
TestTimeAugmentation test_time_augmentation_from_name(std::string_view name);

/// The views of a fitted picture, all of its size, the picture itself first: 1, 2 or 12.
std::vector<image::Image> views_of(image::ImageView fitted, TestTimeAugmentation views);

/// The answer to the picture alone, and the mean of the probabilities of all views.
struct AugmentedAnswer {
  Answer plain;
  Answer mean;
};

/// For fitted pictures, see Predictor::predict_fitted; as many as there are go through the network together.
std::vector<AugmentedAnswer> predict_augmented(Predictor& predictor, std::span<const image::ImageView> fitted,
                                               TestTimeAugmentation views);

}  // namespace margay::predict
