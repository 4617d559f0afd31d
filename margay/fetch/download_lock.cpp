// A file that one process at a time has open.
#include "margay/fetch/download_lock.h"

#include <fcntl.h>

#include <optional>

#include "margay/core/error.h"
#include "margay/core/file_lock.h"

namespace margay::fetch {
namespace {

constexpr const char* kWhere = "fetch.lock";

/// Throws IoError where another process has it.
int open_alone(const std::filesystem::path& path, std::string_view what) {
  const std::optional<int> file = open_locked(path, [&] {
    const int opened = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (opened < 0) throw io_error_from_errno(kWhere, fmt::format("cannot create {}", path.string()));
    return opened;
  });
  require<IoError>(file.has_value(), kWhere, fmt::format("another margay is getting {} right now", what),
                   "wait until it has ended");
  return *file;
}

}  // namespace

DownloadLock::DownloadLock(const std::filesystem::path& path, std::string_view what)
    : file_(open_alone(path, what)) {}

}  // namespace margay::fetch
