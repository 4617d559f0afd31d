// What the page of an inspection says about classes.
#pragma once

#include <cstddef>
#include <string>

#include "margay/text/wording.h"

namespace margay::text {

/// The classes that have the most and the fewest pictures to train on.
struct LargestAndSmallest {
  std::string largest, smallest;
  double ratio = 1;  ///< of their pictures
};

/// Of a table that does not name all of them.
std::string first_classes_text(size_t named, const std::string& classes, const Wording& wording);

/// Where a class has no picture at all.
std::string empty_class_text(const Wording& wording);

/// What a training makes of classes of several sizes, which count as unequal from the ratio `unequal` on.
std::string balance_text(const LargestAndSmallest& classes, double unequal, const Wording& wording);

}  // namespace margay::text
