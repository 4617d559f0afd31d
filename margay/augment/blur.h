// Gaussian blur and sharpness: filters that look at a pixel's neighbours.
#pragma once

#include <cstdint>

namespace margay::augment {

/// Gaussian blur of an H x W x 3 picture in place; `sigma` in pixels, above 0 and at most 10. The kernel
/// reaches 3 sigma; beyond the border the picture is mirrored (dcb|abcd), as in torchvision.
void blur(uint8_t* pixels_u8, int width, int height, double sigma);

/// Blends an H x W x 3 picture with its smoothed self, in place, as Pillow does: factor 0 gives the smoothed
/// picture, 1 changes nothing, 2 sharpens. The border stays.
void adjust_sharpness(uint8_t* pixels_u8, int width, int height, double factor);

}  // namespace margay::augment
