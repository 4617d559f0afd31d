// Looks at links, and at what lies beside.
#include "margay/data/missing_path.h"

#include <algorithm>
#include <system_error>
#include <vector>

#include "margay/core/error.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

/// Without a '/' at its end.
fs::path with_name(const fs::path& path) {
  return path.has_filename() ? path : path.parent_path();
}

}  // namespace

std::string describe_dead_link(const fs::path& path) {
  const fs::path link = with_name(path);
  std::error_code error;
  if (!fs::is_symlink(fs::symlink_status(link, error)) || fs::exists(link, error)) return {};
  const bool is_loop = error == std::errc::too_many_symbolic_link_levels;
  std::error_code unreadable;
  return fmt::format("it is a link to {}, which {}", fs::read_symlink(link, unreadable).string(),
                     is_loop ? "leads back to itself" : "is not there");
}

fs::path folder_around(const fs::path& path) {
  const fs::path given = with_name(path);
  return given.has_parent_path() ? given.parent_path() : fs::path(".");
}

std::string nearest_entry(const fs::path& path) {
  const fs::path given = with_name(path);
  std::vector<std::string> names;
  std::error_code error;
  const fs::path folder = folder_around(path);
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->path().filename() != given.filename()) names.push_back(entry->path().filename().string());
  std::sort(names.begin(), names.end());
  const std::string nearest = nearest_name(given.filename().string(), names);
  return nearest.empty() ? nearest : (given.parent_path() / nearest).string();
}

}  // namespace margay::data
