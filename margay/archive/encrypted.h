// What only a password opens.
#pragma once

#include <string_view>

namespace margay::archive {

/// Why such an entry is refused.
inline constexpr std::string_view kEncrypted = "encrypted";

}  // namespace margay::archive
