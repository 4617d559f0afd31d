// The first bytes of files, which tell pictures from everything else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace margay::data {

/// Bytes from the beginning that are enough to know a picture by.
inline constexpr size_t kStartBytes = 512;

/// Up to kStartBytes of a file, without waiting for what is no regular file. Throws IoError.
std::vector<uint8_t> read_start(const std::filesystem::path& path);

/// Whether bytes begin as those of a format that margay reads. Not TGA, which has no signature: only a name
/// tells it from other files.
bool starts_as_picture(std::span<const uint8_t> start);

/// Whether they begin as those of a TIFF.
bool starts_as_tiff(std::span<const uint8_t> start);

}  // namespace margay::data
