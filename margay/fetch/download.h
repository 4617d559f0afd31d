// Getting a file over HTTP, and going on where an earlier attempt ended.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "margay/core/error.h"
#include "margay/core/progress.h"

namespace margay::fetch {

/// How a file is fetched.
struct DownloadOptions {
  double connect_timeout_s = 15;
  double stall_timeout_s = 30;        ///< an attempt ends when fewer bytes have come for so long than ...
  uint64_t least_bytes_per_s = 1000;  ///< ... at this speed
  double deadline_s = 6 * 3600;       ///< of all attempts together
  int attempts = 4;    ///< in a row that bring nothing or are too slow, for failures that may pass
  double pause_s = 1;  ///< before the second attempt, doubled before each further one
  uint64_t max_bytes = uint64_t{4} << 30;  ///< larger files are refused
};

/// Fetches `url` (http or https) to `target`. Bytes arrive in TARGET.part, with TARGET.part.json saying which
/// version of the file they belong to; a later call goes on from there when the server still has that
/// version, else begins anew. Throws IoError that says what the server or the network answered, Interrupted
/// (the part stays) when `stop` is requested.
void download(const std::string& url, const std::filesystem::path& target,
              const DownloadOptions& options = {}, const ProgressObserver& progress = {},
              std::stop_token stop = {});

}  // namespace margay::fetch
