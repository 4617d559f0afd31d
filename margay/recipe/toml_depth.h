// toml++ bounds how deeply values are nested but not how many parts a key has, and each part is a table in
// another.
#pragma once

#include <string_view>

namespace margay::recipe {

/// Throws UsageError, named after `where`, for a text with a key of more than 16 parts or with brackets and
/// braces more than 16 levels deep: nothing that means anything here comes near. Other texts may still be no
/// TOML.
void require_shallow_toml(std::string_view text, std::string_view where);

}  // namespace margay::recipe
