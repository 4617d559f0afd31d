// The value of --size.
#pragma once

#include <string>

#include "margay/recipe/picture_size.h"

namespace margay::app {

/// "150" for a square, "160x120" for width and height, in pixels. Throws UsageError for anything else.
recipe::PictureSize parse_size(const std::string& text);

}  // namespace margay::app
