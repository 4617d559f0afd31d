// Records off the front of a CSV text.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "margay/data/table_file.h"

namespace margay::data {

/// The character that separates the fields of the first line: of comma, semicolon, tab and '|' the one that
/// makes the most fields, the comma of equals.
char separator_of(std::string_view text);

/// Takes records off the front of a text in UTF-8, which must outlive it.
class CsvReader {
 public:
  /// `path` is for messages; `line` is the number of the text's first line in it.
  CsvReader(std::string_view text, char separator, const std::filesystem::path& path, size_t line = 1);

  /// The next record that is not an empty line; nothing at the end. Throws FormatError.
  std::optional<TableRow> next();

 private:
  bool take(char wanted);
  /// False where no line ends here.
  bool take_line_end();
  std::string take_field();
  std::string take_quoted();

  std::string_view rest_;
  const char separator_;
  const bool only_returns_;  ///< lines end with a carriage return alone
  const std::filesystem::path& path_;
  size_t line_;
};

}  // namespace margay::data
