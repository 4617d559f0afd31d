// The published data sets that margay knows by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace margay::datasets {

struct Arrangement;

/// One of the files that a data set is published as.
struct PublishedArchive {
  std::string file;  ///< name, which mirrors are searched for
  std::string url;
  // What its size may be. Publishers repack their files now and then, so that it is not stated to the byte;
  // the pictures are counted and decoded.
  uint64_t min_bytes = 1;
  uint64_t max_bytes = uint64_t{4} << 30;
};

/// A folder of pictures of a data set.
struct ExpectedFolder {
  std::string path;     ///< below the root: "train/cats"
  size_t pictures = 0;  ///< exactly this many; 0: one or more
};

/// A data set that somebody publishes.
struct PublishedDataset {
  std::string name;         ///< as users type it: "cats-and-dogs"
  std::string description;  ///< one line
  std::string licence;      ///< what its publisher says about its use
  std::vector<PublishedArchive> archives;
  std::string root;                     ///< the folder that holds the splits or classes, once it is unpacked
  std::vector<ExpectedFolder> folders;  ///< all that have pictures
  /// How many pictures there are below some folders, "" for the root, where `folders` does not say it.
  std::vector<ExpectedFolder> totals = {};
  std::vector<std::string> other_files = {};  ///< what may be below the root besides
  size_t may_be_broken = 0;                   ///< so many pictures need not decode
  uint64_t max_bytes = 0;                     ///< unpacked; more is refused
  /// Folders that get other names, one after the other; those of WordNet get words.
  std::vector<std::pair<std::string, std::string>> renamed = {};
  /// What makes `root` of the archives; null: they are unpacked and hold it.
  void (*arrange)(const Arrangement& arrangement) = nullptr;

  size_t pictures() const;
};

/// All of them.
std::span<const PublishedDataset> published_datasets();

/// The one of that name. Throws UsageError that lists the names.
const PublishedDataset& published_dataset(std::string_view name);

}  // namespace margay::datasets
