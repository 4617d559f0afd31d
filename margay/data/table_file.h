// Tables as people exchange them: CSV, or a JSON object per line.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace margay::data {

/// A line that has a value for each of the columns that were asked for.
struct TableRow {
  size_t line = 0;                  ///< in the file, from 1
  std::vector<std::string> values;  ///< as the columns; empty where there is none
};

/// The columns that were asked for, row by row.
struct Table {
  std::vector<TableRow> rows;
  std::vector<std::string> other_columns;  ///< those that were not asked for, in the order of the file
};

/// Reads a CSV file (RFC 4180: quotes, CRLF, line ends within quotes; also a byte order mark, empty lines,
/// and spaces around what is not quoted) whose first line names its columns. The first `required` of
/// `columns` must be there. Throws FormatError with the number of the line.
Table read_csv(const std::filesystem::path& path, const std::vector<std::string>& columns, size_t required);

/// The same for a file with a JSON object per line; values are texts or whole numbers.
Table read_jsonl(const std::filesystem::path& path, const std::vector<std::string>& columns, size_t required);

/// One line of a CSV file, quoted where that is needed, with its end.
std::string format_csv_line(const std::vector<std::string>& fields);

}  // namespace margay::data
