// Lines as words, of which those in quotes may have spaces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace margay::data {

/// A word without the quotes around it, and where it stands in its line with them.
struct ListWord {
  std::string_view text;
  size_t begin = 0;
  size_t end = 0;
};

/// A line that is not empty.
struct ListLine {
  size_t number = 0;  ///< in the file
  std::string_view text;
  std::vector<ListWord> words;
  size_t path_words = 0;  ///< up to the last that is named as a picture; 0 where none is

  /// The words from `first` on and before `last`, as they stand.
  std::string from(size_t first, size_t last) const;
  std::string from(size_t first) const { return from(first, words.size()); }
};

/// The lines of a text, which must outlive them; `number` is that of the first.
std::vector<ListLine> list_lines(std::string_view text, size_t number);

/// What a word says that is a whole number.
std::optional<int64_t> whole_number(std::string_view word);
bool is_number(std::string_view word);

}  // namespace margay::data
