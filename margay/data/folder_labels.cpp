// Whether folders are splits is decided for all paths together.
#include "margay/data/folder_labels.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string_view>

#include "margay/data/split_names.h"

namespace margay::data {
namespace {

/// Without "." and "..", which name nothing.
std::vector<std::string> folders_of(std::string_view path) {
  std::vector<std::string> folders;
  for (;;) {
    const size_t slash = path.find_first_of("/\\");
    if (slash == path.npos) return folders;
    const std::string_view folder = path.substr(0, slash);
    if (!folder.empty() && folder != "." && folder != "..") folders.emplace_back(folder);
    path.remove_prefix(slash + 1);
  }
}

/// The innermost folder that is called as splits are; the end where none is.
std::vector<std::string>::const_iterator split_in(const std::vector<std::string>& folders) {
  const auto found = std::find_if(folders.rbegin(), folders.rend(),
                                  [](const std::string& folder) { return !split_of_name(folder).empty(); });
  return found == folders.rend() ? folders.end() : found.base() - 1;
}

bool have_splits(const std::vector<std::vector<std::string>>& paths) {
  std::set<std::string> splits;
  for (const std::vector<std::string>& folders : paths) {
    const auto split = split_in(folders);
    if (split == folders.end()) return false;
    splits.insert(split_of_name(*split));
  }
  return splits.size() > 1;
}

}  // namespace

std::vector<FolderLabel> folder_labels(const std::vector<std::string>& paths) {
  std::vector<std::vector<std::string>> all;
  for (const std::string& path : paths) all.push_back(folders_of(path));
  const bool split = have_splits(all);
  std::vector<FolderLabel> labels;
  for (std::vector<std::string>& folders : all) {
    FolderLabel& label = labels.emplace_back();
    if (split) {
      const auto found = split_in(folders);
      label.split = split_of_name(*found);
      folders.erase(found);
    }
    if (!folders.empty()) label.label = folders.back();
  }
  return labels;
}

}  // namespace margay::data
