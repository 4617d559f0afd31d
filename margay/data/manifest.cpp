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
#include "margay/core/file_system.h"
#include "margay/core/lower_case.h"
#include "margay/core/unicode.h"
#include "margay/data/archive_scan.h"
#include "margay/data/class_names.h"
#include "margay/data/dataset_builder.h"
#include "margay/data/entry_kind.h"
#include "margay/data/label_pattern.h"
#include "margay/data/split_names.h"
#include "margay/data/table_columns.h"
#include "margay/data/table_file.h"
#include "margay/data/table_paths.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "data.manifest";
constexpr const char* kTwice = "a line for a picture that is there already";
enum Column { kPath, kLabel, kSplit };

/// Finds pictures by path, those in archives by the archive's listing.
class Locator {
 public:
  Locator(const OpenOptions& options, PictureStore& store) : options_(options), store_(store) {}

  /// The picture of a line.
  void add(const std::string& path, size_t line) {
    if (!find(path) && missing_++ == 0) first_missing_ = fmt::format("{} (line {})", path, line);
  }

  /// Warns of pictures that are not there. Throws DataError when there is none at all.
  void check_missing(const fs::path& table, size_t pictures, std::vector<std::string>& warnings) const {
    if (missing_ == 0) return;
    const std::string found = fmt::format("{} of the {} pictures that {} names are not there, such as {}",
                                          missing_, pictures, table.string(), first_missing_);
    const std::string suffix = options_.table.suffix.value_or("");
    require<DataError>(missing_ < pictures, kWhere, found,
                       is_named_as_picture("x." + suffix)
                           ? fmt::format("did you mean --suffix .{}?", suffix)
                           : "--root says which folder or archive they lie in, --suffix what their names end "
                             "with, such as .jpg");
    warnings.push_back(found);
  }

 private:
  /// Adds a picture to the store; false for one that is not there.
  bool find(const std::string& path) {
    fs::path way;
    for (const fs::path& part : fs::path(path)) {
      way /= part;
      if (way.native().size() == path.size() || !is_named_as_archive(part)) continue;
      if (const Members* members = members_of(way.string()))
        return add_member(path, *members, path.substr(way.native().size() + 1));
    }
    std::error_code error;
    const bool is_there = fs::exists(path, error) || error == std::errc::permission_denied;
    if (is_there)
      store_.add_file(path);
    else
      store_.add_missing(path, "no such file");
    return is_there;
  }

  struct Members {
    uint32_t archive = 0;
    std::vector<ListedPicture> pictures;  ///< sorted by name
  };

  /// Null where the path is a folder, or nothing.
  const Members* members_of(const std::string& path) {
    const auto [found, is_new] = archives_.try_emplace(path);
    std::error_code error;
    if (is_new && fs::is_regular_file(path, error)) {
      OpenedArchive opened = list_archive(path, options_.progress, options_.stop);
      found->second = std::make_unique<Members>(
          Members{store_.add_archive(std::move(opened.archive), path), std::move(opened.listing.pictures)});
    }
    return found->second.get();
  }

  bool add_member(const std::string& path, const Members& members, const std::string& name) {
    const auto found =
        std::lower_bound(members.pictures.begin(), members.pictures.end(), name,
                         [](const ListedPicture& a, const std::string& b) { return a.name < b; });
    const bool is_there = found != members.pictures.end() && found->name == name;
    if (is_there)
      store_.add_entry(path, members.archive, found->entry);
    else
      store_.add_missing(path, "is not in the archive");
    return is_there;
  }

  const OpenOptions& options_;
  PictureStore& store_;
  std::map<std::string, std::unique_ptr<Members>> archives_;
  size_t missing_ = 0;
  std::string first_missing_;
};

/// Paths become absolute: however one is written, it is one path.
TablePaths place_pictures(const fs::path& table, const TableOptions& options, std::vector<TableRow>& rows) {
  std::vector<std::string> names;
  for (const TableRow& row : rows) names.push_back(row.values[kPath]);
  TablePaths paths = names.empty() ? TablePaths{} : find_paths(table, names, options);
  for (TableRow& row : rows) row.values[kPath] = paths.of(row.values[kPath]);
  return paths;
}

/// What was found out about a table that is not plainly one of path,label: "a table, separated by ';' (path
/// in 'id', class in 'breed', pictures are train/*.jpg)".
std::string describe_reading(const TableColumns& columns, const TablePaths& paths, const fs::path& table,
                             const std::string& form) {
  std::vector<std::string> parts;
  if (columns.guessed) {
    parts.push_back(fmt::format("path in '{}'", columns.path));
    if (!columns.label.empty()) parts.push_back(fmt::format("class in '{}'", columns.label));
    if (!columns.split.empty()) parts.push_back(fmt::format("split in '{}'", columns.split));
  }
  if (!paths.found.empty()) {
    std::set<std::string> folders;
    for (const auto& [name, place] : paths.found) folders.insert(fs::path(place).parent_path().string());
    parts.push_back(fmt::format("pictures lie in {} folder{}, found by name", folders.size(),
                                folders.size() == 1 ? "" : "s"));
  } else if (paths.guessed) {
    const fs::path root = paths.root.lexically_relative(absolute_path(table).parent_path());
    parts.push_back(
        fmt::format("pictures are {}", (root / ("*" + paths.suffix)).lexically_normal().string()));
  }
  return fmt::format("a manifest{}{}{}", form.empty() ? "" : ", " + form, parts.empty() ? "" : ": ",
                     fmt::join(parts, ", "));
}

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

/// The class of each row from its name. Rows whose name has none are left out.
void label_by_pattern(const LabelPattern& pattern, std::vector<TableRow>& rows, Dataset& dataset) {
  std::erase_if(rows, [&](TableRow& row) {
    std::optional<std::string> label = pattern.label_of(row.values[kPath]);
    if (label)
      row.values[kLabel] = std::move(*label);
    else
      dataset.left_out.add(row.values[kPath], "a picture whose name --label-pattern finds no class in");
    return !label.has_value();
  });
}

/// Splits get their names; either every line has one or none has.
void check_splits(const fs::path& path, std::vector<TableRow>& rows) {
  const bool is_split =
      std::any_of(rows.begin(), rows.end(), [](const TableRow& row) { return !row.values[kSplit].empty(); });
  for (TableRow& row : rows) {
    std::string& split = row.values[kSplit];
    const std::string name = is_split ? split_of_name(split) : "all";
    if (name.empty() && split.empty()) refuse_line(path, row.line, "no split, where other lines have one");
    if (name.empty())
      refuse_line(path, row.line, fmt::format("an unknown split '{}'", split),
                  "train, validation or test, by any usual name");
    split = name;
  }
}

/// What a table says of pictures, of whatever columns and places.
struct PictureRows {
  std::vector<TableRow> rows;  ///< of path, label and split
  std::string layout;          ///< what was understood, for people
  std::vector<std::string> other_columns;
};

PictureRows read_rows(const fs::path& path, const TableOptions& options, bool needs_label) {
  const Table table = read_table(path);
  if (table.columns.empty()) return {};
  const TableColumns columns = find_columns(table, path, options, needs_label);
  std::vector<std::string> wanted{columns.path};
  if (needs_label) wanted.push_back(columns.label);
  const size_t required = wanted.size();
  if (!columns.split.empty()) wanted.push_back(columns.split);
  Table chosen = select_columns(table, path, wanted, required);
  for (TableRow& row : chosen.rows) {
    if (!needs_label) row.values.insert(row.values.begin() + 1, "");
    row.values.resize(kSplit + 1);
  }
  std::erase(chosen.other_columns, "");      // numbers of the lines, as pandas writes them
  std::erase(chosen.other_columns, "hash");  // of a run's manifest: for whoever compares contents
  const TablePaths paths = place_pictures(path, options, chosen.rows);
  return {std::move(chosen.rows), describe_reading(columns, paths, path, chosen.form),
          std::move(chosen.other_columns)};
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
                  fmt::format("{} is in line {} too, with another label or split", b.values[kPath], a.line));
    dataset.left_out.add(b.values[kPath], kTwice);
    return true;
  });
  rows.erase(end, rows.end());
}

}  // namespace

bool is_manifest(const fs::path& path) {
  constexpr std::array<std::string_view, 4> kExtensions{".csv", ".tsv", ".jsonl", ".ndjson"};
  return std::find(kExtensions.begin(), kExtensions.end(), lower_case(path.extension().string())) !=
         kExtensions.end();
}

void read_manifest(const fs::path& path, const OpenOptions& options, Dataset& dataset) {
  PictureRows read = read_rows(path, options.table, options.label_pattern.empty());
  std::vector<TableRow>& rows = read.rows;
  dataset.layout = std::move(read.layout);
  if (!read.other_columns.empty())
    dataset.warnings.push_back(
        fmt::format("columns that mean nothing here: {}", fmt::join(read.other_columns, ", ")));
  if (!options.label_pattern.empty()) label_by_pattern(LabelPattern(options.label_pattern), rows, dataset);
  check_labels(path, rows);
  check_splits(path, rows);
  sort_and_keep_first(path, rows, dataset);
  auto store = std::make_shared<PictureStore>(fs::path());
  Locator locator(options, *store);
  DatasetBuilder builder(store);
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::vector<std::string>& values = rows[i].values;
    locator.add(values[kPath], rows[i].line);
    builder.add(values[kSplit], values[kLabel], static_cast<uint32_t>(i));
  }
  store->shrink_to_fit();
  locator.check_missing(path, rows.size(), dataset.warnings);
  builder.finish(dataset, fmt::format("{} names no pictures", path.string()),
                 "a line per picture: path,label or path,label,split");
  dataset.layout += dataset.has_split("all") ? ", not split" : " with splits";
}

TableListing list_table(const fs::path& path, const OpenOptions& options, PictureStore& store) {
  PictureRows read = read_rows(path, options.table, false);
  TableListing listing{.layout = std::move(read.layout), .warnings = {}, .left_out = {}};
  Locator locator(options, store);
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
  locator.check_missing(path, known.size(), listing.warnings);
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
