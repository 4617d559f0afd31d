// From the lines of a table to a data set, and back.
#include "margay/data/manifest.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "margay/core/error.h"
#include "margay/core/lower_case.h"
#include "margay/data/dataset_builder.h"
#include "margay/data/folder_scan.h"
#include "margay/data/table_file.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "data.manifest";
enum Column { kPath, kLabel, kSplit };

/// Finds pictures by path, those in archives by the archive's listing.
class Locator {
 public:
  Locator(const OpenOptions& options, PictureStore& store) : options_(options), store_(store) {}

  void add(const std::string& path) {
    fs::path way;
    for (const fs::path& part : fs::path(path)) {
      way /= part;
      if (way.native().size() == path.size() || !is_named_as_archive(part)) continue;
      if (const Members* members = members_of(way.string()))
        return add_member(path, *members, path.substr(way.native().size() + 1));
    }
    store_.add_file(path);
  }

 private:
  struct Members {
    uint32_t archive = 0;
    std::vector<ListedPicture> pictures;  ///< sorted by name
  };

  /// Null where the path is a folder, or nothing.
  const Members* members_of(const std::string& path) {
    const auto [found, is_new] = archives_.try_emplace(path);
    if (is_new && fs::is_regular_file(path)) {
      OpenedArchive opened = list_archive(path, options_.progress, options_.stop);
      found->second = std::make_unique<Members>(
          Members{store_.add_archive(std::move(opened.archive), path), std::move(opened.listing.pictures)});
    }
    return found->second.get();
  }

  void add_member(const std::string& path, const Members& members, const std::string& name) {
    const auto found =
        std::lower_bound(members.pictures.begin(), members.pictures.end(), name,
                         [](const ListedPicture& a, const std::string& b) { return a.name < b; });
    if (found != members.pictures.end() && found->name == name)
      store_.add_entry(path, members.archive, found->entry);
    else
      store_.add_missing(path, "is not in the archive");
  }

  const OpenOptions& options_;
  PictureStore& store_;
  std::map<std::string, std::unique_ptr<Members>> archives_;
};

[[noreturn]] void refuse(const fs::path& path, const TableRow& row, const std::string& problem,
                         std::string_view hint = {}) {
  throw FormatError(kWhere, fmt::format("{}, line {}: {}", path.string(), row.line, problem), hint);
}

/// Splits get their names; either every line has one or none has.
void check_splits(const fs::path& path, std::vector<TableRow>& rows) {
  const bool is_split =
      std::any_of(rows.begin(), rows.end(), [](const TableRow& row) { return !row.values[kSplit].empty(); });
  for (TableRow& row : rows) {
    std::string& split = row.values[kSplit];
    const std::string name = is_split ? split_of_name(split) : "all";
    if (name.empty() && split.empty()) refuse(path, row, "no split, where other lines have one");
    if (name.empty())
      refuse(path, row, fmt::format("an unknown split '{}'", split),
             "train, validation (val, valid) or test");
    split = name;
  }
}

/// However a path is written, it is one path.
void make_absolute(const fs::path& manifest, std::vector<TableRow>& rows) {
  const fs::path base = fs::absolute(manifest).parent_path();
  for (TableRow& row : rows) row.values[kPath] = (base / row.values[kPath]).lexically_normal().string();
}

/// Sorted by path, so that a manifest means the same in any order. A picture that is there twice must say the
/// same, and is taken once.
void sort_and_keep_first(const fs::path& path, std::vector<TableRow>& rows, Dataset& dataset) {
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.values[kPath] < b.values[kPath]; });
  const auto end = std::unique(rows.begin(), rows.end(), [&](const TableRow& a, const TableRow& b) {
    if (a.values[kPath] != b.values[kPath]) return false;
    if (a.values != b.values)
      refuse(path, b,
             fmt::format("{} is in line {} too, with another label or split", b.values[kPath], a.line));
    return true;
  });
  if (end != rows.end())
    dataset.ignored["a line for a picture that is there already"] += static_cast<size_t>(rows.end() - end);
  rows.erase(end, rows.end());
}

}  // namespace

bool is_manifest(const fs::path& path) {
  constexpr std::array<std::string_view, 3> kExtensions{".csv", ".jsonl", ".ndjson"};
  return std::find(kExtensions.begin(), kExtensions.end(), lower_case(path.extension().string())) !=
         kExtensions.end();
}

void read_manifest(const fs::path& path, const OpenOptions& options, Dataset& dataset) {
  const std::vector<std::string> columns{"path", "label", "split"};
  Table table = lower_case(path.extension().string()) == ".csv" ? read_csv(path, columns, 2)
                                                                : read_jsonl(path, columns, 2);
  check_splits(path, table.rows);
  make_absolute(path, table.rows);
  sort_and_keep_first(path, table.rows, dataset);
  std::erase(table.other_columns, "hash");  // of a run's manifest: for whoever compares contents
  if (!table.other_columns.empty())
    dataset.warnings.push_back(
        fmt::format("columns that mean nothing here: {}", fmt::join(table.other_columns, ", ")));
  auto store = std::make_shared<PictureStore>(fs::path());
  Locator locator(options, *store);
  DatasetBuilder builder(store);
  for (size_t i = 0; i < table.rows.size(); ++i) {
    const std::vector<std::string>& values = table.rows[i].values;
    locator.add(values[kPath]);
    builder.add(values[kSplit], values[kLabel], static_cast<uint32_t>(i));
  }
  store->shrink_to_fit();
  builder.finish(dataset, fmt::format("{} names no pictures", path.string()),
                 "a line per picture: path,label or path,label,split");
  dataset.layout = dataset.has_split("all") ? "a manifest, not split" : "a manifest with splits";
}

std::string format_manifest(const Dataset& dataset, const ContentsByPath& contents) {
  std::string text = format_csv_line({"path", "label", "split", "hash"});
  for (const Split& split : dataset.splits)
    for (size_t i = 0; i < split.samples.size(); ++i) {
      // A manifest may name any file, so that a link out of the data set would be followed there.
      if (split.store->is_missing(split.samples[i].picture)) continue;
      const fs::path path = split.path(i);
      const auto content = contents.find(path);
      text += format_csv_line({fs::absolute(path).lexically_normal().string(),
                               dataset.classes[static_cast<size_t>(split.samples[i].label)],
                               split.name == "all" ? "" : split.name,
                               content == contents.end() ? "" : to_hex(content->second)});
    }
  return text;
}

}  // namespace margay::data
