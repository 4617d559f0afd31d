// TrivialAugment (Wide) and RandAugment: operations that are drawn from a list, one or some per picture.
#pragma once

#include <cstdint>

#include "margay/augment/affine.h"
#include "margay/augment/color_pass.h"
#include "margay/core/random.h"

namespace margay::augment {

/// In the order of torchvision's lists.
enum class PolicyOperation {
  identity,
  shear_x,      ///< magnitude: tangent of the angle, about the upper left corner
  shear_y,      ///< likewise
  translate_x,  ///< pixels
  translate_y,  ///< pixels
  rotate,       ///< degrees, counter-clockwise
  brightness,   ///< factor - 1, as for the next three
  saturation,
  contrast,
  sharpness,
  posterize,  ///< bits that are kept
  solarize,   ///< threshold
  autocontrast,
  equalize,
};
constexpr int kPolicyOperations = 14;
/// Operations that one picture may go through.
constexpr int kMostPolicySteps = 10;

/// One operation that a policy has drawn.
struct PolicyStep {
  PolicyOperation operation = PolicyOperation::identity;
  double magnitude = 0;
};

/// One operation, its strength uniform over 31 values (Müller and Hutter 2021, as in torchvision).
PolicyStep draw_trivial_augment(Random& random);
/// One of RandAugment's operations with the given strength, 0 to 30 (Cubuk et al. 2020, as in torchvision).
PolicyStep draw_rand_augment(int magnitude, int width, int height, Random& random);

/// What the step does to the place of pixels; the map that changes nothing if that is not what it does.
AffineMap map_of(const PolicyStep& step, int width, int height);
/// What it does to their values: of the H x W x 3 picture that `colors` changes.
void apply_values(const PolicyStep& step, uint8_t* pixels_u8, int width, int height, ColorPass& colors);

}  // namespace margay::augment
