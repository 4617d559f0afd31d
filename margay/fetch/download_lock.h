// One download of a file at a time.
#pragma once

#include <filesystem>
#include <string_view>

#include "margay/core/descriptor.h"

namespace margay::fetch {

/// Held while it lives, by one process alone. Two programs must not write the same part file.
class DownloadLock {
 public:
  /// Locks the file `path`, which is made. Throws IoError, also where another process holds it; `what` names
  /// the thing in that message: "this data set".
  DownloadLock(const std::filesystem::path& path, std::string_view what);

 private:
  Descriptor file_;
};

}  // namespace margay::fetch
