// What lies in one folder, sorted, with a reason for everything that is neither a picture nor a folder to
// enter.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace margay::data {

/// Number of entries that were left out, by reason.
using IgnoredCounts = std::map<std::string, size_t>;

/// The entries of a folder that margay can use; names sorted bytewise.
struct FolderScan {
  std::vector<std::string> folders;
  std::vector<std::string> pictures;  ///< regular files whose extension is of a format that margay reads
  IgnoredCounts ignored;              ///< all others
};

/// Lists `folder`. Links are followed only where they stay inside `root` (a canonical path). Throws IoError.
FolderScan scan_folder(const std::filesystem::path& folder, const std::filesystem::path& root);

/// Adds the counts of `more` to `counts`.
void add_counts(IgnoredCounts& counts, const IgnoredCounts& more);

inline constexpr const char* kLinkOutside = "a link that leads out of the data set";

}  // namespace margay::data
