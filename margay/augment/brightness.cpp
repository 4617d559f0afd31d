// Brightness: blended with black.
#include "margay/augment/color.h"

namespace margay::augment {

void adjust_brightness(ColorPass& colors, double factor) {
  const auto share = static_cast<float>(factor);
  colors.add(make_table([share](int value) { return blend(0, value, share); }));
}

}  // namespace margay::augment
