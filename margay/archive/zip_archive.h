// Random access to the files of a ZIP.
#pragma once

#include <filesystem>
#include <memory>

#include "margay/archive/archive.h"

namespace margay::archive {

/// See open_archive.
std::shared_ptr<const Archive> open_zip(const std::filesystem::path& path, const Listener& listener,
                                        const ArchiveLimits& limits);

}  // namespace margay::archive
