// Contrast: blended with the mean gray of the picture.
#include "margay/augment/color.h"

namespace margay::augment {

void adjust_contrast(ColorPass& colors, double factor) {
  const int gray = colors.mean_gray();
  const auto share = static_cast<float>(factor);
  colors.add(make_table([gray, share](int value) { return blend(gray, value, share); }));
}

}  // namespace margay::augment
