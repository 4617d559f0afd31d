// One write a line, so that lines of several programs do not mix.
#include "apps/margay/access_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "apps/margay/output.h"
#include "margay/core/error.h"

namespace margay::app {

AccessLog::AccessLog(std::filesystem::path path) : path_(std::move(path)), file_(open(path_)) {}

AccessLog::File AccessLog::open(const std::filesystem::path& path) {
  if (path.empty()) return nullptr;
  // Who asked what is nobody else's business.
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (descriptor < 0) throw io_error_from_errno(path.string(), "cannot open the access log");
  return File(fdopen(descriptor, "a"));
}

void AccessLog::write(std::string_view line) noexcept try {
  const std::string text = std::string(line) + '\n';
  if (path_.empty()) return draw_err(text);
  const std::lock_guard lock(mutex_);
  std::fwrite(text.data(), 1, text.size(), file_.get());
  std::fflush(file_.get());
} catch (const std::exception&) {
}

void AccessLog::reopen() {
  File fresh = open(path_);
  const std::lock_guard lock(mutex_);
  file_ = std::move(fresh);
}

}  // namespace margay::app
