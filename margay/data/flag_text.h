// Values that say yes or no, as tables have them.
#pragma once

#include <optional>
#include <string_view>

namespace margay::data {

/// What "1", "0", "1.0", "true", "False", "yes" or "no" says, whatever the case; nothing for other values.
std::optional<bool> flag_of(std::string_view value);

}  // namespace margay::data
