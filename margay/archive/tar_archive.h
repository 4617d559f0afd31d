// Random access to the files of a tar.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>

#include "margay/archive/archive.h"

namespace margay::archive {

/// See open_archive.
std::shared_ptr<const Archive> open_tar(const std::filesystem::path& path, const Listener& listener,
                                        const ArchiveLimits& limits, const ProgressObserver& progress,
                                        std::stop_token stop);

}  // namespace margay::archive
