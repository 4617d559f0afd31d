// flock, which ends with the process.
#include "margay/fetch/download_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include "margay/core/error.h"

namespace margay::fetch {
namespace {

constexpr const char* kWhere = "fetch.lock";

}  // namespace

DownloadLock::DownloadLock(const std::filesystem::path& path, std::string_view what)
    : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666)) {
  if (!file_.valid()) throw io_error_from_errno(kWhere, fmt::format("cannot create {}", path.string()));
  require<IoError>(::flock(file_.get(), LOCK_EX | LOCK_NB) == 0, kWhere,
                   fmt::format("another margay is getting {} right now", what), "wait until it has ended");
}

}  // namespace margay::fetch
