// Folders as archives.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "margay/core/atomic_file.h"
#include "tests/support/archive_writer.h"

namespace margay::test {

/// Packs everything below `folder`, in no helpful order; names begin with `prefix`.
inline void archive_folder(const std::filesystem::path& folder, const std::filesystem::path& path,
                           ArchiveKind kind, const std::string& prefix = {}) {
  std::vector<Entry> entries;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = prefix + entry.path().lexically_relative(folder).string();
    if (entry.is_directory())
      entries.push_back({name + "/", "", AE_IFDIR});
    else
      entries.push_back({name, read_text_file(entry.path())});
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return b.name < a.name; });
  write_archive(path, entries, kind);
}

}  // namespace margay::test
