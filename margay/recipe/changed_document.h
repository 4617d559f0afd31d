// Documents that a command line has changed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "margay/core/json.h"
#include "margay/recipe/config.h"

namespace margay::recipe {

/// Config::from_document, where a value that cannot be is blamed on what gives it: on the command line for
/// the settings `changed`, else on `where`.
Config read_changed(const Json& document, std::string_view where, const std::vector<std::string>& changed);

}  // namespace margay::recipe
