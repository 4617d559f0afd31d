// Which options of tables are given, for what is no table.
#pragma once

#include <string_view>

#include "margay/data/table_columns.h"

namespace margay::data {

/// The first of the options that is given, by its name in C++; empty where none is.
std::string_view first_given(const TableOptions& options);

}  // namespace margay::data
