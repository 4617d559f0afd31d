// The checksum CRC-32C.
#pragma once

#include <cstdint>
#include <string_view>

namespace margay {

/// CRC-32C (Castagnoli) of the bytes, as RFC 3720 defines it.
uint32_t crc32c(std::string_view bytes);

}  // namespace margay
