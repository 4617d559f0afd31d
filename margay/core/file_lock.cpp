// flock, which is of a file and not of its name.
#include "margay/core/file_lock.h"

#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "margay/core/error.h"

namespace margay {
namespace {

bool knows_no_locks(int error_number) {
  return error_number == ENOLCK || error_number == ENOSYS || error_number == EOPNOTSUPP;
}

}  // namespace

bool is_file_of(int descriptor, const std::filesystem::path& file) {
  struct stat opened {
  }, named{};
  return ::fstat(descriptor, &opened) == 0 && ::stat(file.c_str(), &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

std::optional<int> open_locked(const std::filesystem::path& file, const std::function<int()>& open) {
  for (;;) {
    const int descriptor = open();
    const int failure = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
    if (knows_no_locks(failure) || (failure == 0 && is_file_of(descriptor, file))) return descriptor;
    ::close(descriptor);
    if (failure == EWOULDBLOCK) return std::nullopt;
    if (failure == 0) continue;  // of a file that has lost its name
    errno = failure;
    throw io_error_from_errno("core.lock", fmt::format("cannot lock {}", file.string()));
  }
}

}  // namespace margay
