// Where the objects of a table of JSON stand: one a line, or all in one array.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>
#include <vector>

namespace margay::data {

/// The text of a value and the line that it begins in, from 1.
struct JsonRecord {
  std::string_view text;
  size_t line = 0;
};

/// What to write instead of what is no such table.
inline constexpr const char* kJsonRecordHint =
    "an object per line, or one array of objects: {\"path\": \"1.jpg\", \"label\": \"cats\"}";

/// The elements of the array where `text` is one and nothing else, else its lines that are not empty. No
/// value is looked into. Throws FormatError, which names `path`, for an array that is not put together right.
std::vector<JsonRecord> json_records(std::string_view text, const std::filesystem::path& path);

}  // namespace margay::data
