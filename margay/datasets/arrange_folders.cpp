// Unpacks and renames.
#include <string>

#include "margay/archive/unpack.h"
#include "margay/core/file_system.h"
#include "margay/datasets/arrange.h"

namespace margay::datasets {
namespace fs = std::filesystem;
namespace {

bool is_left_by_a_mac(const std::string& name) {
  return name.starts_with("._") || name == ".DS_Store" || name == "__MACOSX";
}

void remove_what_a_mac_left(const fs::path& folder) {
  for (const fs::path& path : entries_below(folder))
    if (is_left_by_a_mac(path.filename().string())) remove_tree(path);
}

}  // namespace

void unpack_folders(const Arrangement& arrangement) {
  const PublishedDataset& dataset = arrangement.dataset;
  // As many entries again as there are pictures is more than any of these archives has.
  const archive::UnpackLimits limits{.max_entries = 2 * dataset.pictures() + 100,
                                     .max_bytes = dataset.max_bytes};
  archive::unpack(arrangement.archives.front(), arrangement.folder, limits, arrangement.progress,
                  arrangement.stop);
  remove_what_a_mac_left(arrangement.folder);
  for (const auto& [from, to] : dataset.renamed)
    if (path_exists(arrangement.folder / from))
      rename_path(arrangement.folder / from, arrangement.folder / to);
}

}  // namespace margay::datasets
