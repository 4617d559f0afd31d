// Takes tails of paths, longer and longer.
#include "margay/analysis/short_paths.h"

#include <filesystem>
#include <set>

namespace margay::analysis {
namespace fs = std::filesystem;
namespace {

fs::path normal(const std::string& path) {
  const fs::path whole = fs::path(path).lexically_normal();
  return whole.has_filename() || !whole.has_relative_path() ? whole : whole.parent_path();
}

std::string tail(const fs::path& path, int parts) {
  auto first = path.end();
  while (parts-- > 0 && first != path.begin()) --first;
  fs::path kept;
  for (; first != path.end(); ++first) kept /= *first;
  return kept.string();
}

size_t count_different(const std::vector<std::string>& texts) {
  return std::set<std::string>(texts.begin(), texts.end()).size();
}

}  // namespace

std::vector<std::string> short_paths(std::span<const std::string> paths) {
  std::vector<std::string> whole, tails;
  for (const std::string& path : paths) whole.push_back(normal(path).string());
  int parts = 1;
  do {
    tails.clear();
    for (const std::string& path : whole) tails.push_back(tail(path, parts));
    ++parts;
  } while (count_different(tails) < count_different(whole));
  return tails;
}

}  // namespace margay::analysis
