// open with O_EXCL, and whole writes.
#include "margay/core/new_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "margay/core/error.h"

namespace margay {
namespace {

constexpr const char* kWhere = "core.file";
constexpr size_t kPiece_bytes = 1 << 16;

}  // namespace

NewFile::NewFile(const std::filesystem::path& path, std::filesystem::path told)
    : told_(std::move(told)),
      file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666)) {
  if (!file_.valid()) throw io_error_from_errno(kWhere, fmt::format("cannot create {}", told_.string()));
}

void NewFile::write(std::string_view bytes) {
  if (collected_.size() + bytes.size() > kPiece_bytes) finish();
  if (bytes.size() > kPiece_bytes)
    write_all(file_.get(), bytes, told_);
  else
    collected_ += bytes;
}

void NewFile::finish() {
  write_all(file_.get(), collected_, told_);
  collected_.clear();
}

void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& told) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw io_error_from_errno(kWhere, fmt::format("cannot write {}", told.string()));
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace margay
