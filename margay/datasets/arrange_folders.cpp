// Unpacks and renames.
#include <algorithm>
#include <string>

#include "margay/archive/unpack.h"
#include "margay/core/error.h"
#include "margay/datasets/arrange.h"

namespace margay::datasets {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "dataset.arrange";

bool is_left_by_a_mac(const std::string& name) {
  return name.starts_with("._") || name == ".DS_Store" || name == "__MACOSX";
}

void remove_what_a_mac_left(const fs::path& folder) {
  std::vector<fs::path> found;
  for (fs::recursive_directory_iterator entry(folder), end; entry != end; ++entry)
    if (is_left_by_a_mac(entry->path().filename().string())) {
      found.push_back(entry->path());
      if (entry->is_directory()) entry.disable_recursion_pending();
    }
  for (const fs::path& path : found) fs::remove_all(path);
}

}  // namespace

void unpack_folders(const Arrangement& arrangement) {
  const PublishedDataset& dataset = arrangement.dataset;
  // As many entries again as there are pictures is more than any of these archives has.
  const archive::UnpackLimits limits{.max_entries = 2 * dataset.pictures() + 100,
                                     .max_bytes = dataset.max_bytes};
  archive::unpack(arrangement.archives.front(), arrangement.folder, limits, arrangement.progress,
                  arrangement.stop);
  try {
    remove_what_a_mac_left(arrangement.folder);
    for (const auto& [from, to] : dataset.renamed)
      if (fs::exists(arrangement.folder / from))
        fs::rename(arrangement.folder / from, arrangement.folder / to);
  } catch (const fs::filesystem_error& error) {
    throw IoError(kWhere, error.what());
  }
}

}  // namespace margay::datasets
