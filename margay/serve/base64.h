// Bytes in JSON.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace margay::serve {

/// The bytes of a text of RFC 4648, section 4 (letters + and /); the '=' at its end may be left out. Throws
/// FormatError.
std::vector<uint8_t> bytes_of_base64(std::string_view text);

}  // namespace margay::serve
