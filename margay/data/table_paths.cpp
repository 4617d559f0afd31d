// Looks for the names of a table among the files beside it.
#include "margay/data/table_paths.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "margay/archive/archive.h"
#include "margay/core/error.h"
#include "margay/core/file_system.h"
#include "margay/core/option_text.h"
#include "margay/data/archive_scan.h"
#include "margay/data/entry_kind.h"
#include "margay/data/split_names.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

constexpr size_t kTried = 32;
constexpr int kDeepest = 3;  // folders, from the table's on
constexpr size_t kMostEntries = 4'000'000;

bool has_backslash(const std::string& name) {
  return name.find('\\') != name.npos;
}

/// "/home/ada/1.jpg", and "C:\ada\1.jpg" on another system.
bool is_absolute(const std::string& name) {
  const bool has_drive = name.size() > 2 && name[1] == ':' && (name[2] == '\\' || name[2] == '/');
  return has_drive || name.starts_with('/');
}

/// Spread over the table, with one that has a backslash where any has.
std::vector<std::string> some_of(const std::vector<std::string>& names) {
  const size_t count = std::min(kTried, names.size());
  std::vector<std::string> some;
  for (size_t i = 0; i < count; ++i) some.push_back(names[i * names.size() / count]);
  const auto other = std::ranges::find_if(names, has_backslash);
  if (other != names.end() && std::ranges::none_of(some, has_backslash)) some.push_back(*other);
  return some;
}

size_t count_files(const TablePaths& paths, const std::vector<std::string>& names) {
  return static_cast<size_t>(std::ranges::count_if(names, [&](const std::string& name) {
    std::error_code error;
    return fs::is_regular_file(paths.of(name), error);
  }));
}

/// Where no file can be: neither there nor in an archive.
void require_root(const fs::path& root, const TableOptions& options) {
  for (fs::path way = root; !way.empty(); way = way.parent_path()) {
    std::error_code unknown;
    if (fs::exists(way, unknown) || unknown) {
      if (way == root || unknown || is_named_as_archive(way)) return;
      break;
    }
  }
  throw UsageError(
      "data.manifest",
      option_text("root", options.root.string()) + ": there is no folder or archive of that name",
      "it starts from where you are, or from the table's folder");
}

/// The ZIP that a path leads into; empty where it leads into none.
fs::path zip_of(const fs::path& path) {
  std::error_code unknown;
  for (fs::path way = path; !way.empty() && way != way.parent_path(); way = way.parent_path())
    if (is_named_as_archive(way) && fs::is_regular_file(way, unknown))
      return archive::is_zip(way) ? way : fs::path();
  return {};
}

/// A folder and an ending, around the path in the table.
using Place = std::pair<std::string, std::string>;

/// The files below a folder that have names of a table.
class NamedFiles {
 public:
  /// Files end with `suffix`; nothing: with that of any picture, or as they stand. Folders of other splits
  /// than `split` are left out; empty: none are.
  NamedFiles(const std::vector<std::string>& names, const std::optional<std::string>& suffix,
             std::string split)
      : suffix_(suffix), split_(std::move(split)) {
    for (const std::string& name : names) names_of_file_[file_of(name)].insert(name);
  }

  void look_into(const fs::path& root) {
    constexpr auto options =
        fs::directory_options::follow_directory_symlink | fs::directory_options::skip_permission_denied;
    std::error_code error;
    fs::recursive_directory_iterator entry(root, options, error);
    for (size_t seen = 0; !error && entry != fs::recursive_directory_iterator() && seen < kMostEntries;
         entry.increment(error), ++seen) {
      const std::string file = entry->path().filename().string();
      std::error_code unknown;
      if (entry->is_directory(unknown)) {
        if (entry.depth() >= kDeepest || is_hidden(file) || is_other_split(file))
          entry.disable_recursion_pending();
      } else if (entry->is_regular_file(unknown)) {
        look_at(entry->path().lexically_relative(root).generic_string());
      }
    }
  }

  /// The same for a folder in a ZIP: empty, or with '/' at its end.
  void look_into(const fs::path& zip, const std::string& folder) {
    const OpenedArchive opened = list_archive(zip);
    for (const ListedPicture& picture : opened.listing.pictures)
      if (picture.name.starts_with(folder)) look_at(picture.name.substr(folder.size()));
  }

  const std::map<std::string, std::set<Place>>& places() const { return places_; }

 private:
  static std::string file_of(const std::string& name) { return name.substr(name.rfind('/') + 1); }

  bool is_other_split(const std::string& folder) const {
    const std::string split = split_of_name(folder);
    return !split_.empty() && !split.empty() && split != split_;
  }

  void look_at(const std::string& path) {
    const std::string file = file_of(path);
    if (suffix_) {
      if (file.ends_with(*suffix_)) match(path, suffix_->size());
      return;
    }
    match(path, 0);
    if (is_named_as_picture(file)) match(path, fs::path(file).extension().string().size());
  }

  /// Whether a name of the table, with an ending of so many bytes, is the end of the path.
  void match(const std::string& path, size_t ending) {
    const std::string_view plain = std::string_view(path).substr(0, path.size() - ending);
    const auto known = names_of_file_.find(file_of(std::string(plain)));
    if (known == names_of_file_.end()) return;
    for (const std::string& name : known->second) {
      if (!plain.ends_with(name)) continue;
      const std::string_view folder = plain.substr(0, plain.size() - name.size());
      if (folder.empty() || folder.ends_with('/'))
        places_[name].emplace(folder, std::string_view(path).substr(plain.size()));
    }
  }

  std::optional<std::string> suffix_;
  std::string split_;
  std::unordered_map<std::string, std::set<std::string>> names_of_file_;
  std::map<std::string, std::set<Place>> places_;  ///< by name
};

[[noreturn]] void refuse_several(const fs::path& table, const std::string& name, const Place& one,
                                 const Place& other) {
  throw DataError("data.manifest",
                  fmt::format("{}: {} may be {} or {}", table.string(), name, one.first + name + one.second,
                              other.first + name + other.second),
                  "say which is meant with `root` and `suffix`"_worded);
}

/// One place for all names, else one for each.
TablePaths paths_of(const NamedFiles& files, const fs::path& table, const fs::path& root) {
  TablePaths paths{.root = root, .suffix = {}, .guessed = true};
  const auto& places = files.places();
  std::map<Place, size_t> counts;
  for (const auto& [name, of_name] : places)
    for (const Place& place : of_name) ++counts[place];
  std::vector<Place> of_all;
  for (const auto& [place, count] : counts)
    if (count == places.size()) of_all.push_back(place);
  if (of_all.size() > 1) refuse_several(table, places.begin()->first, of_all[0], of_all[1]);
  if (of_all.size() == 1) {
    paths.root = root / of_all[0].first;
    paths.suffix = of_all[0].second;
    paths.guessed = of_all[0] != Place();
    return paths;
  }
  for (const auto& [name, of_name] : places) {
    if (of_name.size() > 1) refuse_several(table, name, *of_name.begin(), *std::next(of_name.begin()));
    paths.found.emplace(name, of_name.begin()->first + name + of_name.begin()->second);
  }
  return paths;
}

}  // namespace

std::string TablePaths::of(const std::string& path) const {
  std::string name = path;
  if (backslashes) std::ranges::replace(name, '\\', '/');
  const auto known = found.find(name);
  return (root / (known == found.end() ? name + suffix : known->second)).lexically_normal().string();
}

std::string describe_search(const TablePaths& paths) {
  if (paths.absolute)
    return fmt::format("the table has absolute paths, which hold where and when it was written{}",
                       paths.lacks_suffix ? fmt::format("; {} says what their names end with, such as .jpg",
                                                        option_text("suffix"))
                                          : "");
  return fmt::format(
      "they were looked for from {} on; {} says which other folder or archive they lie in, {} what their "
      "names end with, such as .jpg",
      paths.root.lexically_normal().string(), option_text("root"), option_text("suffix"));
}

TablePaths find_paths(const fs::path& table, const std::vector<std::string>& names,
                      const TableOptions& options) {
  const fs::path base = absolute_path(table).parent_path();
  TablePaths told{.root = base / options.root, .suffix = options.suffix.value_or("")};
  if (!options.root.empty()) require_root(told.root, options);
  told.absolute = std::ranges::any_of(names, is_absolute);
  told.lacks_suffix = !options.suffix && std::ranges::none_of(names, [](const std::string& name) {
    return is_named_as_picture(name);
  });
  const std::vector<std::string> some = some_of(names);
  const bool from_windows = std::ranges::any_of(some, has_backslash);
  const size_t as_they_stand = count_files(told, some);
  told.backslashes = from_windows;
  const size_t with_slashes = from_windows ? count_files(told, some) : as_they_stand;
  // A name here may have a backslash in it.
  if (with_slashes < as_they_stand) told.backslashes = false;
  if (std::max(as_they_stand, with_slashes) > 0 || (!options.root.empty() && options.suffix)) return told;
  std::vector<std::string> plain = names;
  if (from_windows)
    for (std::string& name : plain) std::ranges::replace(name, '\\', '/');
  NamedFiles files(plain, options.suffix, options.root.empty() ? split_in_name(table.stem().string()) : "");
  // Another archive would have to be unpacked for its names.
  if (const fs::path zip = zip_of(told.root); zip.empty())
    files.look_into(told.root);
  else if (const std::string folder = told.root.lexically_relative(zip).generic_string(); folder == ".")
    files.look_into(zip, "");
  else
    files.look_into(zip, folder.ends_with('/') ? folder : folder + '/');
  if (files.places().empty()) return told;
  TablePaths paths = paths_of(files, table, told.root);
  paths.backslashes = from_windows;
  paths.absolute = told.absolute;
  paths.lacks_suffix = told.lacks_suffix && paths.suffix.empty();
  return paths;
}

}  // namespace margay::data
