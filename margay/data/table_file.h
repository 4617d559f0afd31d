// Tables as people exchange them: CSV with its cousins, or objects of JSON.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "margay/data/table_start.h"

namespace margay::data {

/// A line that has a value for each column.
struct TableRow {
  size_t line = 0;                  ///< in the file, from 1
  std::vector<std::string> values;  ///< as the columns; empty where there is none
  /// Columns whose values are neither texts nor whole numbers, as JSON has them: those are as in the file.
  std::vector<size_t> structured{};
};

/// A table as it stands in the file, or the columns of it that were asked for.
struct Table {
  std::vector<std::string> columns;  ///< their names
  std::vector<TableRow> rows;
  std::vector<std::string> other_columns;  ///< those that were not asked for, in the order of the file
  std::string form;  ///< what is not plain about it, for people: "separated by ';', UTF-16"; else empty
};

/// The number of the column of this name, which there is.
size_t place_of(const Table& table, const std::string& column);

/// Reads a file whose first line names its columns (RFC 4180: quotes, line ends within quotes; also spaces
/// around what is not quoted, empty lines, any line ends, and what take_start takes off). Values are
/// separated by comma, semicolon, tab or '|', whichever the first line has. Throws FormatError with the
/// number of the line, IoError.
Table read_csv(const std::filesystem::path& path);

/// The same for a file with a JSON object per line, or with one array of objects; values are texts or whole
/// numbers.
Table read_jsonl(const std::filesystem::path& path);

/// The records of a text behind its start, all of them as rows and of as many values as the first. Throws
/// FormatError with the number of the line; `path` and `encoding` are for people.
Table read_records(std::string_view text, const TableStart& start, const std::filesystem::path& path,
                   const std::string& encoding);

/// Whichever the name says: one of these, or read_text_list, whose paths begin at `root`.
Table read_table(const std::filesystem::path& path, const std::filesystem::path& root);

/// Of a table the columns of these names, whatever their case, in this order; the first `required` of them
/// must be there, with a value in every line. Throws FormatError, which names `path`.
Table select_columns(const Table& table, const std::filesystem::path& path,
                     const std::vector<std::string>& columns, size_t required);

/// `select_columns` of a CSV file.
Table read_csv(const std::filesystem::path& path, const std::vector<std::string>& columns, size_t required);

/// One value of a CSV file, quoted where that is needed, which no spreadsheet takes for a formula and which
/// acts on no terminal.
std::string format_csv_field(std::string_view value);

/// One line of a CSV file, with its end.
std::string format_csv_line(const std::vector<std::string>& fields);

/// A FormatError about a line of a file.
[[noreturn]] void refuse_line(const std::filesystem::path& path, size_t line, std::string_view problem,
                              std::string_view hint = {});

}  // namespace margay::data
