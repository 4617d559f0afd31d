// Part files with stdio; the note beside them is JSON, and a note that makes no sense means a fresh start.
#include "margay/fetch/part_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <system_error>
#include <utility>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/json.h"

namespace margay::fetch {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "fetch.download";

fs::path with_suffix(fs::path path, const char* suffix) {
  return path += suffix;
}

}  // namespace

PartFile::PartFile(const fs::path& target)
    : target_(target), part_(with_suffix(target, ".part")), note_(with_suffix(target, ".part.json")) {}

void PartFile::load_version() {
  version_ = {};
  try {
    const std::string where = note_.string();
    const Json note = parse_json(read_text_file(note_, 1 << 16), where);
    version_ = {json_value<std::string>(note, "url", where), json_value<std::string>(note, "etag", where),
                json_value<std::string>(note, "last_modified", where),
                json_value<uint64_t>(note, "size", where)};
  } catch (const Error&) {
    version_ = {};
  }
}

uint64_t PartFile::resume_point(const std::string& url) {
  close();
  load_version();
  std::error_code error;
  const auto size = fs::is_regular_file(part_, error) ? fs::file_size(part_, error) : 0;
  const bool fits = version_.size_bytes == 0 || size <= version_.size_bytes;
  if (error || size == 0 || version_.url != url || version_.validator().empty() || !fits) {
    discard();
    return 0;
  }
  size_bytes_ = size;
  return size;
}

void PartFile::open(const char* mode) {
  const int where = *mode == 'a' ? O_APPEND : O_TRUNC;
  const int descriptor = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | where, 0666);
  if (descriptor >= 0) file_.reset(::fdopen(descriptor, mode));
  if (!file_) throw io_error_from_errno(kWhere, fmt::format("cannot write {}", part_.string()));
}

void PartFile::restart(RemoteVersion version) {
  close();
  open("wb");
  size_bytes_ = 0;
  version_ = std::move(version);
  Json note;
  note["url"] = version_.url;
  note["etag"] = version_.etag;
  note["last_modified"] = version_.last_modified;
  note["size"] = version_.size_bytes;
  write_file_atomically(note_, note.dump(1) + "\n");
}

void PartFile::append(std::span<const char> bytes) {
  if (!file_) open("ab");
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size())
    throw io_error_from_errno(kWhere, fmt::format("cannot write {}", part_.string()));
  size_bytes_ += bytes.size();
}

void PartFile::close() {
  if (!file_) return;
  const bool flushed = std::fflush(file_.get()) == 0;
  file_.reset();
  if (!flushed) throw io_error_from_errno(kWhere, fmt::format("cannot write {}", part_.string()));
}

void PartFile::finish() {
  if (!file_) open("ab");
  const bool flushed = std::fflush(file_.get()) == 0 && ::fsync(::fileno(file_.get())) == 0;
  file_.reset();
  if (!flushed || ::rename(part_.c_str(), target_.c_str()) != 0)
    throw io_error_from_errno(kWhere, fmt::format("cannot write {}", target_.string()));
  discard();
}

void PartFile::discard() {
  file_.reset();
  size_bytes_ = 0;
  version_ = {};
  std::error_code ignored;
  fs::remove(part_, ignored);
  fs::remove(note_, ignored);
}

}  // namespace margay::fetch
