// In English, as the page is.
#include "margay/text/inspection_text.h"

#include <fmt/format.h>

namespace margay::text {

std::string first_classes_text(size_t named, const std::string& classes, const Wording& wording) {
  return fmt::format("The table names the first {} of {} classes; {} has all.", named, classes,
                     wording.tool(Tool::inspection_as_json));
}

std::string empty_class_text(const Wording& wording) {
  return fmt::format("A class has no picture to train on: {} will refuse this data set.",
                     wording.tool(Tool::training));
}

std::string balance_text(const LargestAndSmallest& classes, double unequal, const Wording& wording) {
  return fmt::format(
      "To train on, the largest class, {}, has {:.1f} times the pictures of the smallest, {}. As it is, {} "
      "will let {}, unless {} says otherwise: weights lets the pictures of small classes count more, sample "
      "shows all classes equally often, none leaves them as they are, and auto, the default, takes weights "
      "from {:g} to 1 on.",
      classes.largest, classes.ratio, classes.smallest, wording.tool(Tool::training),
      classes.ratio >= unequal ? "the pictures of small classes count more" : "all pictures count the same",
      wording.setting("training.balance"), unequal);
}

}  // namespace margay::text
