// libarchive reads; every name is checked here and every file is created here, so that nothing leaves the
// folder.
#include "margay/archive/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>

#include "margay/archive/entry_name.h"
#include "margay/archive/stream.h"
#include "margay/core/atomic_file.h"
#include "margay/core/descriptor.h"
#include "margay/core/error.h"
#include "margay/core/new_file.h"

namespace margay::archive {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "archive.unpack";

/// One pass over one archive.
class Unpacking {
 public:
  Unpacking(const fs::path& archive_path, const fs::path& folder, const UnpackLimits& limits)
      : archive_path_(archive_path),
        folder_(folder),
        limits_(limits),
        stream_(open_stream(archive_path, Formats::zip_and_tar)) {}

  /// Unpacks the next entry; false at the end.
  bool next() {
    archive_entry* entry = next_entry(stream_, archive_path_);
    if (entry == nullptr) return false;
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
        refuse(archive_path_, fmt::format("the entry '{}' is refused: {}", shown_name(name), fault));
  }

  void write_file(const fs::path& path, const std::string& name) {
    make_folder(path.parent_path());
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
    if (!file.valid() && (errno == EEXIST || errno == EISDIR))
      refuse(archive_path_, fmt::format("the entry '{}' is refused: it is there twice", shown_name(name)));
    if (!file.valid()) throw io_error_from_errno(kWhere, fmt::format("cannot create {}", path.string()));
    uint64_t size = 0;
    for (;;) {
      const void* bytes = nullptr;
      size_t length = 0;
      la_int64_t offset = 0;
      const int status = archive_read_data_block(stream_.get(), &bytes, &length, &offset);
      if (status == ARCHIVE_EOF) break;
      // A warning here is a checksum that does not match.
      if (status != ARCHIVE_OK)
        refuse(archive_path_, fmt::format("'{}': {}", shown_name(name), message_of(stream_)));
      size = std::max(size, static_cast<uint64_t>(offset) + length);
      if (count_.bytes + size > limits_.max_bytes)
        refuse(archive_path_, fmt::format("more than {} bytes when unpacked", limits_.max_bytes));
      // What a sparse file leaves out is no block.
      if (::lseek(file.get(), offset, SEEK_SET) < 0)
        throw io_error_from_errno(kWhere, fmt::format("cannot write {}", path.string()));
      write_all(file.get(), {static_cast<const char*>(bytes), length}, path);
    }
    count_.bytes += size;
    ++count_.files;
  }

  const fs::path& archive_path_;
  const fs::path& folder_;
  const UnpackLimits& limits_;
  Stream stream_;
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

}  // namespace margay::archive
