// File names may hold any bytes; pages and plots may not.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace margay {

/// Bytes of the well-formed sequence that `text` begins with (Unicode, table 3-7); 0 if it begins with none.
size_t utf8_sequence_length(std::string_view text);

/// The first code points of `text` as `printable` shows it, at most `letters` of them.
std::string first_letters(std::string_view text, size_t letters);

/// The same; a longer one ends with an ellipsis. `letters` is at least 1.
std::string shortened(std::string_view text, size_t letters);

/// Number of code points of `text`; a byte that is no part of any counts as one.
size_t count_letters(std::string_view text);

}  // namespace margay
