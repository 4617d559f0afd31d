// The look of the pages.
#pragma once

#include <string_view>

namespace margay::pages {

/// The style sheet that stands inside every page.
extern const std::string_view kPageStyle;

}  // namespace margay::pages
