// A file by itself that is compressed with gzip.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace margay::archive {

/// What it holds. Throws FormatError for what is no gzip, is damaged or holds more than `limit_bytes`;
/// IoError.
std::vector<uint8_t> read_gzip_file(const std::filesystem::path& path, uint64_t limit_bytes);

}  // namespace margay::archive
