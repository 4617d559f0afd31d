// Operations, their strengths and what they do.
#include "margay/augment/policy.h"

#include <cmath>
#include <numbers>

#include "margay/augment/blur.h"
#include "margay/augment/color.h"

namespace margay::augment {
namespace {

constexpr int kStrongest = 30;

/// The magnitudes of a policy's operations at the greatest strength.
struct Strengths {
  double shear, translate_x, translate_y, rotate, factor, posterized_bits;
};

PolicyOperation draw_operation(Random& random) {
  return static_cast<PolicyOperation>(random.below(kPolicyOperations));
}

/// `strength` is from 0 to kStrongest.
PolicyStep make_step(PolicyOperation operation, int strength, const Strengths& most, Random& random) {
  using enum PolicyOperation;
  const double share = static_cast<double>(strength) / kStrongest;
  const double sign = random.chance(0.5) ? -1 : 1;
  switch (operation) {
    case shear_x:
    case shear_y:
      return {operation, sign * share * most.shear};
    case translate_x:
      return {operation, sign * std::floor(share * most.translate_x)};
    case translate_y:
      return {operation, sign * std::floor(share * most.translate_y)};
    case rotate:
      return {operation, sign * share * most.rotate};
    case brightness:
    case saturation:
    case contrast:
    case sharpness:
      return {operation, sign * share * most.factor};
    case posterize:
      return {operation, 8.0 - static_cast<double>(std::lround(share * most.posterized_bits))};
    case solarize:
      return {operation, 255 * (1 - share)};
    case identity:
    case autocontrast:
    case equalize:
      break;
  }
  return {operation, 0};
}

/// Counter-clockwise about the centre.
AffineMap rotation(double degrees, int width, int height) {
  const double angle = degrees * std::numbers::pi / 180.0;
  const double cosine = std::cos(angle), sine = std::sin(angle);
  const double center_x = width / 2.0 - 0.5, center_y = height / 2.0 - 0.5;
  return {cosine, -sine,  center_x - cosine * center_x + sine * center_y,
          sine,   cosine, center_y - sine * center_x - cosine * center_y};
}

}  // namespace

PolicyStep draw_trivial_augment(Random& random) {
  constexpr Strengths kWide{0.99, 32, 32, 135, 0.99, 6};
  const PolicyOperation operation = draw_operation(random);
  const auto strength = static_cast<int>(random.below(kStrongest + 1));
  return make_step(operation, strength, kWide, random);
}

PolicyStep draw_rand_augment(int magnitude, int width, int height, Random& random) {
  constexpr double kTranslated = 150.0 / 331;
  const Strengths most{0.3, kTranslated * width, kTranslated * height, 30, 0.9, 4};
  return make_step(draw_operation(random), magnitude, most, random);
}

AffineMap map_of(const PolicyStep& step, int width, int height) {
  const double m = step.magnitude;
  // Corners, not centres of pixels, are the origin of torchvision's shears.
  switch (step.operation) {
    case PolicyOperation::shear_x:
      return {.xy = m, .x0 = 0.5 * m};
    case PolicyOperation::shear_y:
      return {.yx = m, .y0 = 0.5 * m};
    case PolicyOperation::translate_x:
      return {.x0 = -m};
    case PolicyOperation::translate_y:
      return {.y0 = -m};
    case PolicyOperation::rotate:
      return rotation(m, width, height);
    default:
      return {};
  }
}

void apply_values(const PolicyStep& step, uint8_t* pixels_u8, int width, int height, ColorPass& colors) {
  const double m = step.magnitude;
  switch (step.operation) {
    case PolicyOperation::brightness:
      return adjust_brightness(colors, 1 + m);
    case PolicyOperation::saturation:
      return adjust_saturation(colors, 1 + m);
    case PolicyOperation::contrast:
      return adjust_contrast(colors, 1 + m);
    case PolicyOperation::sharpness:
      colors.finish();
      return adjust_sharpness(pixels_u8, width, height, 1 + m);
    case PolicyOperation::posterize:
      return posterize(colors, static_cast<int>(m));
    case PolicyOperation::solarize:
      return solarize(colors, m);
    case PolicyOperation::autocontrast:
      return autocontrast(colors);
    case PolicyOperation::equalize:
      return equalize(colors);
    default:
      return;
  }
}

}  // namespace margay::augment
