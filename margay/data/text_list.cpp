// The first line says how all are separated.
#include "margay/data/text_list.h"

#include <fmt/format.h>

#include <utility>

#include "margay/core/error.h"
#include "margay/data/list_columns.h"
#include "margay/data/table_columns.h"
#include "margay/data/table_start.h"
#include "margay/data/text_encoding.h"
#include "margay/data/word_list.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

/// The names of columns off the front, or the usual ones.
void name_columns(Table& table, const fs::path& path) {
  if (table.rows.empty()) return;
  std::vector<std::string>& first = table.rows[0].values;
  if (!names_pictures(first)) return name_list_columns(table, path);
  table.columns = std::move(first);
  table.rows.erase(table.rows.begin());
}

}  // namespace

Table read_text_list(const fs::path& path, const fs::path& root) {
  const EncodedText text = read_encoded_text(path);
  std::string_view rest = text.utf8;
  const TableStart start = take_start(rest);
  const std::string_view first = rest.substr(0, rest.find_first_of("\r\n"));
  require<FormatError>(!rest.empty(), "data.manifest", fmt::format("{} is empty", path.string()));
  if (first.find_first_of(",;\t|") == first.npos) {
    Table table = read_word_list({rest, start.lines + 1, path, root});
    if (!text.encoding.empty()) table.form += ", " + text.encoding;
    return table;
  }
  Table table = read_records(rest, start, path, text.encoding);
  name_columns(table, path);
  return table;
}

}  // namespace margay::data
