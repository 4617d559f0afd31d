// Tries some names with every folder beside the table and every ending of a picture.
#include "margay/data/table_paths.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "margay/core/error.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

constexpr size_t kTried = 32;
constexpr size_t kMostFolders = 100;
constexpr std::array<std::string_view, 12> kSuffixes{"",     ".jpg", ".jpeg", ".png",  ".JPG", ".JPEG",
                                                     ".PNG", ".tif", ".tiff", ".webp", ".bmp", ".gif"};

std::vector<std::string> some_of(const std::vector<std::string>& names) {
  const size_t count = std::min(kTried, names.size());
  std::vector<std::string> some;
  for (size_t i = 0; i < count; ++i) some.push_back(names[i * names.size() / count]);
  return some;
}

size_t count_files(const TablePaths& paths, const std::vector<std::string>& names) {
  return static_cast<size_t>(std::ranges::count_if(names, [&](const std::string& name) {
    std::error_code error;
    return fs::is_regular_file(paths.of(name), error);
  }));
}

std::vector<fs::path> folders_beside(const fs::path& base) {
  std::vector<fs::path> folders{base};
  std::error_code error;
  for (fs::directory_iterator entry(base, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code unknown;
    if (folders.size() < kMostFolders && entry->is_directory(unknown)) folders.push_back(entry->path());
  }
  std::sort(folders.begin() + 1, folders.end());
  return folders;
}

}  // namespace

std::string TablePaths::of(const std::string& path) const {
  std::string name = path + suffix;
  if (backslashes) std::ranges::replace(name, '\\', '/');
  return (root / name).lexically_normal().string();
}

TablePaths find_paths(const fs::path& table, const std::vector<std::string>& names,
                      const TableOptions& options) {
  const fs::path base = fs::absolute(table).parent_path();
  TablePaths best{.root = base / options.root, .suffix = options.suffix.value_or("")};
  const std::vector<std::string> some = some_of(names);
  const bool from_windows =
      std::ranges::any_of(some, [](const std::string& name) { return name.find('\\') != name.npos; });
  size_t most = count_files(best, some);
  if (most == 0 && from_windows) {
    best.backslashes = true;
    most = count_files(best, some);
  }
  if (most > 0 || (!options.root.empty() && options.suffix)) return best;
  bool tied = false;
  const std::vector<fs::path> roots =
      options.root.empty() ? folders_beside(base) : std::vector<fs::path>{best.root};
  for (const fs::path& root : roots)
    for (const std::string_view suffix : kSuffixes) {
      const TablePaths tried{.root = root,
                             .suffix = options.suffix.value_or(std::string(suffix)),
                             .backslashes = from_windows,
                             .guessed = true};
      const size_t files = count_files(tried, some);
      tied = files == most ? tied || most > 0 : files < most && tied;
      if (files > most) best = tried, most = files;
    }
  require<DataError>(!tied, "data.manifest",
                     fmt::format("{}: {} with '{}' behind it lies in several places, such as {}",
                                 table.string(), names[0], best.suffix, best.root.string()),
                     "say which is meant with --root and --suffix");
  return best;
}

}  // namespace margay::data
