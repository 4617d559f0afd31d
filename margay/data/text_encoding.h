// Texts as spreadsheets write them, as UTF-8.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace margay::data {

/// A text, and how it was written where that was not plain UTF-8 or ASCII.
struct EncodedText {
  std::string utf8;
  std::string encoding;  ///< "UTF-16", "UTF-32" or empty
};

/// UTF-8, UTF-16 and UTF-32 with or without a byte order mark, by content. Bytes that are none of them, such
/// as Latin-1, stay as they are.
EncodedText decode_text(std::string bytes);

/// The same for a file. Throws IoError.
EncodedText read_encoded_text(const std::filesystem::path& path);

}  // namespace margay::data
