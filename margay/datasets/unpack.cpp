// libarchive reads; every name is checked here and every file is created here, so that nothing leaves the
// folder.
#include "margay/datasets/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <string_view>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"

namespace margay::datasets {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "dataset.unpack";
constexpr size_t kMaxNameBytes = 1024;
constexpr size_t kReadBytes = 256 << 10;

struct Release {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, Release>;

[[noreturn]] void refuse(const fs::path& archive_path, std::string_view problem) {
  throw FormatError(kWhere, fmt::format("{}: {}", archive_path.string(), problem),
                    "delete the archive and get it again, or get it from elsewhere");
}

std::string message_of(archive* reader) {
  const char* message = archive_error_string(reader);
  return message != nullptr ? message : "the archive cannot be read";
}

Reader open_archive(const fs::path& path) {
  Reader reader(archive_read_new());
  if (!reader) throw std::bad_alloc();
  archive_read_support_format_zip(reader.get());
  archive_read_support_format_tar(reader.get());
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_filter_bzip2(reader.get());
  archive_read_support_filter_xz(reader.get());
  require<IoError>(fs::is_regular_file(path), kWhere, fmt::format("{} is not a file", path.string()));
  if (archive_read_open_filename(reader.get(), path.c_str(), kReadBytes) != ARCHIVE_OK)
    refuse(path, message_of(reader.get()));
  return reader;
}

/// The name as bytes; archives that declare another character set than the locale's have it as UTF-8.
std::string name_of(archive_entry* entry) {
  const char* name = archive_entry_pathname(entry);
  if (name == nullptr) name = archive_entry_pathname_utf8(entry);
  return name != nullptr ? name : "";
}

/// What makes a name unfit; empty for a good one.
std::string_view fault_of_name(std::string_view name) {
  if (name.empty()) return "no name";
  if (name.size() > kMaxNameBytes) return "a name that is too long";
  if (name.front() == '/') return "an absolute name";
  const auto is_odd = [](unsigned char c) { return c < 0x20 || c == 0x7F || c == '\\'; };
  if (std::any_of(name.begin(), name.end(), is_odd)) return "a control character or backslash in its name";
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('/', begin), name.size());
    if (name.substr(begin, end - begin) == "..") return "'..' in its name";
    begin = end + 1;
  }
  return {};
}

/// What makes an entry unfit, whatever its name; empty for a good one.
std::string_view fault_of_kind(archive_entry* entry) {
  if (archive_entry_hardlink(entry) != nullptr) return "a hard link";
  if (archive_entry_is_encrypted(entry) != 0) return "encrypted";
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
    case AE_IFDIR:
      return {};
    case AE_IFLNK:
      return "a symbolic link";
    default:
      return "a device, socket or pipe";
  }
}

/// For messages: a name may hold anything.
std::string printable(std::string_view name) {
  std::string text;
  for (const char c : name.substr(0, 200))
    text += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  return text;
}

/// Owns a file that did not exist before.
class NewFile {
 public:
  explicit NewFile(const fs::path& path)
      : descriptor_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666)) {}
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  bool is_open() const { return descriptor_ >= 0; }

  bool write_at(const char* bytes, size_t size, uint64_t offset) const {
    while (size > 0) {
      const ssize_t written = ::pwrite(descriptor_, bytes, size, static_cast<off_t>(offset));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return false;
      bytes += written;
      size -= static_cast<size_t>(written);
      offset += static_cast<uint64_t>(written);
    }
    return true;
  }

 private:
  int descriptor_;
};

/// One pass over one archive.
class Unpacking {
 public:
  Unpacking(const fs::path& archive_path, const fs::path& folder, const UnpackLimits& limits)
      : archive_path_(archive_path), folder_(folder), limits_(limits), reader_(open_archive(archive_path)) {}

  /// Unpacks the next entry; false at the end.
  bool next() {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader_.get(), &entry);
    if (status == ARCHIVE_EOF) return false;
    if (status < ARCHIVE_WARN) refuse(archive_path_, message_of(reader_.get()));
    if (++entries_ > limits_.max_entries)
      refuse(archive_path_, fmt::format("more than {} entries", limits_.max_entries));
    const std::string name = name_of(entry);
    check(entry, name);
    const fs::path path = folder_ / fs::path(name).lexically_normal();
    if (archive_entry_filetype(entry) == AE_IFDIR)
      make_folder(path);
    else
      write_file(path, name);
    return true;
  }

  UnpackedCount count() const { return count_; }
  uint64_t entries() const { return entries_; }

 private:
  void check(archive_entry* entry, const std::string& name) const {
    for (const std::string_view fault : {fault_of_name(name), fault_of_kind(entry)})
      if (!fault.empty())
        refuse(archive_path_, fmt::format("the entry '{}' is refused: {}", printable(name), fault));
  }

  void write_file(const fs::path& path, const std::string& name) {
    make_folder(path.parent_path());
    const NewFile file(path);
    if (!file.is_open() && (errno == EEXIST || errno == EISDIR))
      refuse(archive_path_, fmt::format("the entry '{}' is refused: it is there twice", printable(name)));
    if (!file.is_open()) throw io_error_from_errno(kWhere, fmt::format("cannot create {}", path.string()));
    uint64_t size = 0;
    for (;;) {
      const void* bytes = nullptr;
      size_t length = 0;
      la_int64_t offset = 0;
      const int status = archive_read_data_block(reader_.get(), &bytes, &length, &offset);
      if (status == ARCHIVE_EOF) break;
      // A warning here is a checksum that does not match.
      if (status != ARCHIVE_OK)
        refuse(archive_path_, fmt::format("'{}': {}", printable(name), message_of(reader_.get())));
      size = std::max(size, static_cast<uint64_t>(offset) + length);
      if (count_.bytes + size > limits_.max_bytes)
        refuse(archive_path_, fmt::format("more than {} bytes when unpacked", limits_.max_bytes));
      if (!file.write_at(static_cast<const char*>(bytes), length, static_cast<uint64_t>(offset)))
        throw io_error_from_errno(kWhere, fmt::format("cannot write {}", path.string()));
    }
    count_.bytes += size;
    ++count_.files;
  }

  const fs::path& archive_path_;
  const fs::path& folder_;
  const UnpackLimits& limits_;
  Reader reader_;
  uint64_t entries_ = 0;
  UnpackedCount count_;
};

}  // namespace

UnpackedCount unpack(const fs::path& archive_path, const fs::path& folder, const UnpackLimits& limits,
                     const ProgressObserver& progress, std::stop_token stop) {
  Unpacking unpacking(archive_path, folder, limits);
  while (unpacking.next()) {
    require<Interrupted>(!stop.stop_requested(), kWhere, "stopped while unpacking");
    if (progress) progress({"unpacking", unpacking.entries(), 0, "files"});
  }
  require<FormatError>(unpacking.entries() > 0, kWhere,
                       fmt::format("{}: an archive without entries", archive_path.string()));
  return unpacking.count();
}

}  // namespace margay::datasets
