// In which order the words of a list have path and label, and where the paths end.
#pragma once

#include <vector>

#include "margay/data/list_words.h"
#include "margay/data/word_list.h"

namespace margay::data {

/// What the lines of a list are; a split may follow all of it.
enum class ListOrder { path_alone, path_label, label_path };

/// Looks at all lines, and at which paths are files where that tells more, and fills in ListLine::path_words
/// of those that end otherwise than as a picture's name does. Throws FormatError for lines that are not
/// alike, and where it is not plain.
ListOrder find_list_order(const WordListText& list, std::vector<ListLine>& lines);

}  // namespace margay::data
