// Classes and splits from the folders in paths: lists that name pictures alone lean on them.
#pragma once

#include <string>
#include <vector>

namespace margay::data {

/// What the folders in a path say.
struct FolderLabel {
  std::string label;  ///< the innermost folder that says no split; empty where there is none
  std::string split;  ///< as split_of_name has it; empty where not all paths say one, or all the same
};

/// One for each path, of either kind of slashes.
std::vector<FolderLabel> folder_labels(const std::vector<std::string>& paths);

}  // namespace margay::data
