// What the columns of a list are whose first line does not say it.
#pragma once

#include <filesystem>

#include "margay/data/table_file.h"

namespace margay::data {

/// Names the columns of `table`, which has none, by what is in them: path is the one in which all values are
/// named as pictures, or else have folders, or else the first; split the last in which all are splits; label
/// what remains. Numbers of the lines get no name. Table::form says what is not as usual. Throws FormatError
/// where more than one column may be the label.
void name_list_columns(Table& table, const std::filesystem::path& path);

}  // namespace margay::data
