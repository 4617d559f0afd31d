// Why an entry of an archive cannot be read here, whatever its name.
#pragma once

#include <string_view>

namespace margay::archive {

/// Only a password opens it.
inline constexpr std::string_view kEncrypted = "encrypted";
inline constexpr std::string_view kUnknownCompression = "compressed in a way that is not known";

}  // namespace margay::archive
