// What is done about classes of different sizes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "margay/recipe/config.h"

namespace margay::train {

/// Pictures per class.
std::vector<int64_t> count_classes(std::span<const int> labels, size_t classes);

/// What Balance::automatic means for these classes; any other choice stays.
recipe::Balance decide_balance(recipe::Balance wanted, std::span<const int64_t> counts);

/// Weights that make every class count alike in a mean over pictures: pictures / (classes * pictures of the
/// class), as scikit-learn's "balanced"; 0 for a class without pictures.
std::vector<float> balanced_weights(std::span<const int64_t> counts);

/// Mean over the classes that have pictures of the share of them that was right.
double balanced_accuracy(std::span<const int64_t> right, std::span<const int64_t> counts);

}  // namespace margay::train
