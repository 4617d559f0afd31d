// From the lines of a table to a data set, and back.
#include "margay/data/manifest.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "margay/core/error.h"
#include "margay/core/file_kind.h"
#include "margay/core/file_system.h"
#include "margay/core/lower_case.h"
#include "margay/core/number_text.h"
#include "margay/core/option_text.h"
#include "margay/core/unicode.h"
#include "margay/data/class_names.h"
#include "margay/data/dataset_builder.h"
#include "margay/data/entry_kind.h"
#include "margay/data/flag_text.h"
#include "margay/data/label_pattern.h"
#include "margay/data/listed_names.h"
#include "margay/data/picture_locator.h"
#include "margay/data/picture_rows.h"
#include "margay/data/split_names.h"
#include "margay/data/table_file.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "data.manifest";
constexpr const char* kTwice = "a line for a picture that is there already";

/// Latin-1 has control characters where Windows has quotes and more letters.
[[noreturn]] void refuse_encoding(const fs::path& path, const TableRow& row) {
  const std::string& label = row.values[kLabel];
  const bool is_windows = std::ranges::any_of(label, [](char byte) {
    return static_cast<uint8_t>(byte) >= 0x80 && static_cast<uint8_t>(byte) < 0xA0;
  });
  refuse_line(path, row.line,
              fmt::format("the label {} is not UTF-8, perhaps {} ('{}')", quoted_name(label),
                          is_windows ? "Windows-1252" : "Latin-1",
                          is_windows ? utf8_from_windows_1252(label) : utf8_from_latin1(label)),
              fmt::format("save the table as UTF-8, such as with: iconv -f {} -t UTF-8",
                          is_windows ? "CP1252" : "LATIN1"));
}

/// Labels are texts for people; bytes of another character set would be other letters everywhere.
void check_labels(const fs::path& path, const std::vector<TableRow>& rows) {
  for (const TableRow& row : rows) {
    const std::string& label = row.values[kLabel];
    if (!is_utf8(label)) refuse_encoding(path, row);
    if (const std::string fault = fault_of_class_name(label); !fault.empty())
      refuse_line(path, row.line, fmt::format("the label {} {}", quoted_name(label), fault));
  }
}

/// The class of each row from its name. Rows whose name has none are left out. Throws DataError where all
/// are.
void label_by_pattern(const std::string& expression, const fs::path& table, std::vector<TableRow>& rows,
                      Dataset& dataset) {
  const LabelPattern pattern(expression);
  const size_t names = rows.size();
  std::erase_if(rows, [&](TableRow& row) {
    std::optional<std::string> label = pattern.label_of(row.values[kPath]);
    if (label)
      row.values[kLabel] = std::move(*label);
    else
      dataset.left_out.add(row.values[kPath], "a picture whose name the label pattern finds no class in");
    return !label.has_value();
  });
  if (!rows.empty() || names == 0) return;
  throw DataError(kWhere,
                  fmt::format("{} finds no class in any of the {} names of {}, such as {}",
                              option_text("label_pattern", expression), names, table.string(),
                              dataset.left_out.entries().front().name),
                  label_pattern_hint());
}

[[noreturn]] void refuse_split(const fs::path& path, size_t line, const std::string& split) {
  const std::string meant = split_misspelt_as(split);
  refuse_line(path, line, fmt::format("an unknown split {}", quoted_name(split)),
              !meant.empty() ? fmt::format("did you mean '{}'?", meant)
              : flag_of(split)
                  ? "0 and 1 do not say which split they are: write train, validation or test, or "
                    "call the column is_valid, is_test or is_train"
                  : "train, validation or test, by any usual name");
}

/// Splits get their names; either every line has one or none has.
void check_splits(const fs::path& path, std::vector<TableRow>& rows) {
  const bool is_split =
      std::any_of(rows.begin(), rows.end(), [](const TableRow& row) { return !row.values[kSplit].empty(); });
  for (TableRow& row : rows) {
    std::string& split = row.values[kSplit];
    const std::string name = is_split ? split_of_name(split) : "all";
    if (name.empty() && split.empty())
      refuse_line(path, row.line,
                  "no split, where other lines have one: fill it in, or leave the column out");
    if (name.empty()) refuse_split(path, row.line, split);
    split = name;
  }
}

/// Sorted by path, so that a manifest means the same in any order. A picture that is there twice must say the
/// same, and is taken once.
void sort_and_keep_first(const fs::path& path, std::vector<TableRow>& rows, Dataset& dataset) {
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.values[kPath] < b.values[kPath]; });
  const auto end = std::unique(rows.begin(), rows.end(), [&](const TableRow& a, const TableRow& b) {
    if (a.values[kPath] != b.values[kPath]) return false;
    if (a.values != b.values)
      refuse_line(path, b.line,
                  fmt::format("{} is in line {} too, with another label or split", b.values[kPath], a.line),
                  "leave one of the two lines: a picture has one class and is in one split");
    dataset.left_out.add(b.values[kPath], kTwice);
    return true;
  });
  rows.erase(end, rows.end());
}

/// One that may as well say the split is not passed over in silence.
std::string describe_others(const std::vector<std::string>& columns) {
  const std::string text = fmt::format("columns that mean nothing here: {}", listed_names(columns));
  const auto split = std::ranges::find_if(columns, may_say_split);
  return split == columns.end()
             ? text
             : fmt::format("{}; if {} says the split: {}", text, *split, option_text("split_column", *split));
}

}  // namespace

bool is_manifest(const fs::path& path) {
  // Whatever its name, a picture is a picture.
  return is_named_as_table(path) ||
         (lower_case(path.extension().string()) == ".txt" && known_file(path).kind != FileKind::picture);
}

void read_manifest(const fs::path& path, const OpenOptions& options, Dataset& dataset, Purpose purpose) {
  PictureRows read = read_picture_rows(
      path, options.table, options.label_pattern.empty() ? TableUse::labelled : TableUse::unlabelled);
  std::vector<TableRow>& rows = read.rows;
  dataset.layout = std::move(read.layout);
  if (!read.other_columns.empty()) dataset.warnings.push_back(describe_others(read.other_columns));
  if (!options.label_pattern.empty()) label_by_pattern(options.label_pattern, path, rows, dataset);
  check_labels(path, rows);
  check_splits(path, rows);
  sort_and_keep_first(path, rows, dataset);
  auto store = std::make_shared<PictureStore>(fs::path());
  PictureLocator locator(options, *store);
  DatasetBuilder builder(store, purpose);
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::vector<std::string>& values = rows[i].values;
    locator.add(values[kPath], rows[i].line);
    builder.add(values[kSplit], values[kLabel], static_cast<uint32_t>(i));
  }
  store->shrink_to_fit();
  locator.check_missing(path, rows.size(), read.looked_for, dataset.warnings);
  builder.finish(dataset, fmt::format("{} names no pictures", path.string()),
                 options.label_pattern.empty() ? "a line per picture: path,label or path,label,split"
                                               : label_pattern_hint());
  dataset.layout += dataset.has_split("all") ? ", not split" : ", in splits";
}

TableListing list_table(const fs::path& path, const OpenOptions& options, PictureStore& store) {
  PictureRows read = read_picture_rows(path, options.table, TableUse::listed);
  TableListing listing{.layout = std::move(read.layout), .warnings = {}, .left_out = {}};
  PictureLocator locator(options, store);
  std::set<std::string_view> known;
  for (const TableRow& row : read.rows) {
    const std::string& name = row.values[kPath];
    if (known.insert(name).second)
      locator.add(name, row.line);
    else
      listing.left_out.add(name, kTwice);
  }
  require<DataError>(!known.empty(), kWhere, fmt::format("{} names no pictures", path.string()),
                     "a line per picture, below a line that names the columns");
  locator.check_missing(path, known.size(), read.looked_for, listing.warnings);
  return listing;
}

std::string format_manifest(const Dataset& dataset, const ContentsByPath& contents) {
  std::string text = format_csv_line({"path", "label", "split", "hash"});
  for (const Split& split : dataset.splits)
    for (size_t i = 0; i < split.samples.size(); ++i) {
      // What is no file at all, such as a broken link, is no picture of the data set.
      if (split.store->is_missing(split.samples[i].picture)) continue;
      const fs::path path = split.path(i);
      const auto content = contents.find(path);
      text += format_csv_line({absolute_path(path).lexically_normal().string(),
                               dataset.classes[static_cast<size_t>(split.samples[i].label)],
                               split.name == "all" ? "" : split.name,
                               content == contents.end() ? "" : to_hex(content->second)});
    }
  return text;
}

}  // namespace margay::data
