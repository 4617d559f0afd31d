// Random erasing: a black box.
#pragma once

#include <cstdint>

#include "margay/core/random.h"

namespace margay::augment {

/// With the given probability blackens a box of 2 % to 33 % of an H x W x 3 picture, its ratio of height to
/// width from 0.3 to 3.3, as torchvision's RandomErasing.
void erase(uint8_t* pixels_u8, int width, int height, double probability, Random& random);

}  // namespace margay::augment
