// A file that somebody publishes, found on this machine or got from a mirror or from its address.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "margay/core/progress.h"
#include "margay/fetch/download.h"

namespace margay::fetch {

/// A file on this machine and where it came from.
struct FoundFile {
  std::filesystem::path path;
  std::string origin;       ///< an absolute path or an address
  bool downloaded = false;  ///< into the folder for downloads, so that it may be deleted
};

/// A place that has the file, and why what it has is of no use.
struct RefusedPlace {
  std::string origin;  ///< as FoundFile has it
  std::string reason;
};

/// What to look for.
struct PublishedFile {
  std::vector<std::string> names;  ///< that mirrors are searched for; the first is the one at `url`
  std::string url;
  /// Throws Error for a file with other bytes than expected, for which the search goes on; null: any will do.
  std::function<void(const FoundFile&)> check = nullptr;
  std::vector<RefusedPlace> refused = {};  ///< places that are not asked again, and told with what was tried
};

/// How a file is looked for.
struct FindOptions {
  std::filesystem::path downloads;    ///< folder; made when something is downloaded; empty: nothing is
  bool reuse = false;                 ///< what was downloaded before is taken instead of its address
  std::optional<std::string> mirror;  ///< colon-separated folders and addresses; nothing = $MARGAY_MIRROR
  DownloadOptions download;
};

/// Looks through the mirrors in their order, then at the published address. Throws IoError that says what was
/// tried, Interrupted (a download goes on from there next time).
FoundFile find_file(const PublishedFile& file, const FindOptions& options,
                    const ProgressObserver& progress = {}, const std::stop_token& stop = {});

}  // namespace margay::fetch
