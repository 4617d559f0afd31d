// Unpacking archives that nobody has reason to trust.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>

#include "margay/core/progress.h"

namespace margay::archive {

/// What an archive may grow to before it is refused.
struct UnpackLimits {
  uint64_t max_entries = 100'000;          ///< files and folders
  uint64_t max_bytes = uint64_t{8} << 30;  ///< of all files together, unpacked
};

/// What came out of an archive.
struct UnpackedCount {
  uint64_t files = 0;
  uint64_t bytes = 0;
};

/// Unpacks a ZIP or a (compressed) tar into an existing folder. Only plain files and folders with relative
/// names are taken: absolute names, "..", links, devices, names twice, control characters and more than the
/// limits end it. Throws FormatError that names the entry, IoError, Interrupted; what is unpacked by then
/// stays in the folder.
UnpackedCount unpack(const std::filesystem::path& archive, const std::filesystem::path& folder,
                     const UnpackLimits& limits = {}, const ProgressObserver& progress = {},
                     std::stop_token stop = {});

}  // namespace margay::archive
