// The look of the pages.
#pragma once

#include <string_view>

namespace margay::report {

/// The style sheet that stands inside every page.
extern const std::string_view kPageStyle;

}  // namespace margay::report
