// SHA-256 of bytes and files.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace margay {

/// The digest.
std::array<uint8_t, 32> sha256(std::span<const uint8_t> bytes);

/// The digest as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::span<const uint8_t> bytes);

/// The digest of a file, read in pieces; throws IoError.
std::string sha256_hex_of_file(const std::filesystem::path& path);

}  // namespace margay
