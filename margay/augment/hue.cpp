// Hue: the colour turned about the gray axis of HSV, value and saturation kept.
#include <algorithm>

#include "margay/augment/color.h"
#include "margay/augment/pixel_block.h"
#include "margay/core/vector_clones.h"

namespace margay::augment {
namespace {

/// A sixth of the colour circle.
constexpr int32_t kSixth = 1 << 14;

/// A channel of the colour whose hue, as seen from the channel's own sector, is `hue` (0 to 12 sixths).
inline int32_t channel_of(int32_t hue, int32_t value, int32_t chroma) {
  const int32_t turned = hue >= 6 * kSixth ? hue - 6 * kSixth : hue;
  const int32_t away = std::clamp(std::min(turned, 4 * kSixth - turned), 0, kSixth);
  return (value * kSixth - chroma * away + kSixth / 2) / kSixth;
}

/// `sixths` in [0, 6] is added to every hue.
MARGAY_PIXEL_CLONES void turn_hue(uint8_t* pixels, size_t count, float sixths) {
  const auto turn = static_cast<int32_t>(sixths * kSixth);
  for (size_t first = 0; first < count; first += kBlockPixels, pixels += 3 * kBlockPixels) {
    const size_t here = std::min(kBlockPixels, count - first);
    PixelBlock block = load_pixels(pixels, here);
    for (size_t i = 0; i < kBlockPixels; ++i) {
      const int32_t red = block.red[i], green = block.green[i], blue = block.blue[i];
      const int32_t value = std::max(red, std::max(green, blue));
      const int32_t chroma = value - std::min(red, std::min(green, blue));
      const int32_t sector = value == red ? 0 : (value == green ? 2 : 4);
      const int32_t lean = value == red ? green - blue : (value == green ? blue - red : red - green);
      const float share = static_cast<float>(lean * kSixth) / static_cast<float>(std::max(chroma, 1));
      int32_t hue = (sector + 6) * kSixth + static_cast<int32_t>(share) + turn;
      hue -= hue >= 12 * kSixth ? 12 * kSixth : (hue >= 6 * kSixth ? 6 * kSixth : 0);
      block.red[i] = channel_of(hue + 5 * kSixth, value, chroma);
      block.green[i] = channel_of(hue + 3 * kSixth, value, chroma);
      block.blue[i] = channel_of(hue + kSixth, value, chroma);
    }
    store_pixels(block, here, pixels);
  }
}

}  // namespace

void adjust_hue(ColorPass& colors, double turns) {
  colors.add(turn_hue, 6 * (turns < 0 ? turns + 1 : turns));
}

}  // namespace margay::augment
