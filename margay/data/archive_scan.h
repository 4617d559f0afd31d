// What lies in an archive, listed as a folder is.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>

#include "margay/archive/archive.h"
#include "margay/core/progress.h"
#include "margay/data/listing.h"

namespace margay::data {

/// An archive that stays open, and what is in it.
struct OpenedArchive {
  std::shared_ptr<const archive::Archive> archive;
  Listing listing;
};

/// PNGs and entries that are not named as pictures are read, for their first bytes. Errors as of
/// archive::open_archive.
OpenedArchive list_archive(const std::filesystem::path& path, const ProgressObserver& progress = {},
                           std::stop_token stop = {});

}  // namespace margay::data
