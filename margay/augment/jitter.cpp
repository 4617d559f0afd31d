// The order and the amounts of a random change of colour.
#include <array>
#include <span>

#include "margay/augment/color.h"

namespace margay::augment {

void jitter_colors(ColorPass& colors, const ColorRanges& ranges, Random& random) {
  struct Part {
    void (*adjust)(ColorPass&, double);
    double range, middle;
    double amount = 0;
  };
  std::array<Part, 4> parts{{{adjust_brightness, ranges.brightness, 1},
                             {adjust_contrast, ranges.contrast, 1},
                             {adjust_saturation, ranges.saturation, 1},
                             {adjust_hue, ranges.hue, 0}}};
  // All amounts are drawn, so that switching one part off leaves the others as they were.
  for (Part& part : parts) part.amount = part.middle + random.uniform(-1, 1) * part.range;
  random.shuffle(std::span<Part>(parts));
  for (const Part& part : parts)
    if (part.range > 0) part.adjust(colors, part.amount);
}

}  // namespace margay::augment
