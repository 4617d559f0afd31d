// What lies below a folder or in an archive, sorted, with a reason for everything that is neither a picture
// nor a folder to enter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "margay/archive/archive.h"
#include "margay/core/progress.h"

namespace margay::data {

/// Number of entries that were left out, by reason.
using IgnoredCounts = std::map<std::string, size_t>;

/// A picture by its extension, which is that of a format that margay reads.
struct ListedPicture {
  std::string name;               ///< relative to the root, '/' between its parts
  uint32_t entry = 0;             ///< its number in an archive
  const char* refusal = nullptr;  ///< why it is no picture whatever its name, such as a folder a.jpg
};

/// Everything below a root. Names are sorted bytewise and appear once.
struct Listing {
  std::vector<ListedPicture> pictures;
  std::vector<std::string> folders;  ///< relative to the root
  IgnoredCounts ignored;             ///< all others
};

/// True for names such as pets.zip, pets.tar.gz and pets.tgz.
bool is_named_as_archive(const std::filesystem::path& path);

/// Lists a folder and the folders in it; nothing is opened. Links are followed only where they stay inside
/// `root`, and never in a circle. Throws IoError when `root` cannot be listed.
Listing list_folder(const std::filesystem::path& root);

/// An archive that stays open, and what is in it.
struct OpenedArchive {
  std::shared_ptr<const archive::Archive> archive;
  Listing listing;
};

/// Errors as of archive::open_archive.
OpenedArchive list_archive(const std::filesystem::path& path, const ProgressObserver& progress = {},
                           std::stop_token stop = {});

inline constexpr const char* kLinkOutside = "a link that leads out of the data set";
inline constexpr const char* kClosedFolder = "a folder that cannot be opened";

}  // namespace margay::data
