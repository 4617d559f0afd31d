// The published data sets that margay knows by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace margay::datasets {

/// A folder of pictures of a data set.
struct ExpectedFolder {
  std::string path;     ///< below the root: "train/cats"
  size_t pictures = 0;  ///< exactly this many, nothing else
};

/// A data set that somebody publishes as one archive.
struct PublishedDataset {
  std::string name;         ///< as users type it: "cats-and-dogs"
  std::string description;  ///< one line
  std::string archive;      ///< file name, which mirrors are searched for
  std::string url;
  std::string root;  ///< the folder within the archive that holds the splits
  std::vector<ExpectedFolder> folders;
  uint64_t max_bytes = 0;  ///< unpacked; more is refused

  size_t pictures() const;
};

/// All of them.
std::span<const PublishedDataset> published_datasets();

/// The one of that name. Throws UsageError that lists the names.
const PublishedDataset& published_dataset(std::string_view name);

}  // namespace margay::datasets
