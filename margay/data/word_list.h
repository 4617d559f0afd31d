// Lists of which spaces separate the columns: "cats/1.jpg 0", as research publishes them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

#include "margay/data/table_file.h"

namespace margay::data {

/// A list as it is published.
struct WordListText {
  std::string_view text;       ///< UTF-8
  size_t line = 1;             ///< of its first line in the file
  std::filesystem::path path;  ///< for messages
  std::filesystem::path root;  ///< where the paths in it begin: that a file is there tells what is a path
};

/// A table of the columns that the first line names, or else of path, label and split, whichever there are,
/// in any order in which each line shows what is what: a path with spaces in it ends as a picture's name
/// does, or stands in quotes. Table::form says what was understood. Throws FormatError with the number of the
/// line.
Table read_word_list(const WordListText& list);

}  // namespace margay::data
