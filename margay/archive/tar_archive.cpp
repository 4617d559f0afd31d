// One pass with libarchive finds where the bytes of every file lie: in the tar itself or, where that is
// compressed, in a spool file that the pass fills.
#include "margay/archive/tar_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "margay/archive/entry_name.h"
#include "margay/archive/links.h"
#include "margay/archive/stream.h"
#include "margay/core/atomic_file.h"
#include "margay/core/cache_folder.h"
#include "margay/core/descriptor.h"
#include "margay/core/error.h"
#include "margay/core/file_system.h"

namespace margay::archive {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "archive";
constexpr uint64_t kProgressEntries = 256;

/// An open file that is read and written by position.
class PositionedFile {
 public:
  explicit PositionedFile(int descriptor) : file_(descriptor) {}

  void read(uint8_t* bytes, size_t size, uint64_t offset) const {
    while (size > 0) {
      const ssize_t count = ::pread(file_.get(), bytes, size, static_cast<off_t>(offset));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw io_error_from_errno(kWhere, "cannot be read");
      require<FormatError>(count > 0, kWhere, "the archive ends in the middle of it");
      bytes += count, size -= static_cast<size_t>(count), offset += static_cast<uint64_t>(count);
    }
  }

  void write(const char* bytes, size_t size, uint64_t offset) const {
    while (size > 0) {
      const ssize_t count = ::pwrite(file_.get(), bytes, size, static_cast<off_t>(offset));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw io_error_from_errno(kWhere, "cannot write the unpacked archive");
      bytes += count, size -= static_cast<size_t>(count), offset += static_cast<uint64_t>(count);
    }
  }

 private:
  const Descriptor file_;
};

int open_for_reading(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw io_error_from_errno(kWhere, fmt::format("cannot open {}", path.string()));
  return descriptor;
}

/// A file without a name: it is gone when it is closed, however the program ends.
int make_spool() {
  const std::optional<fs::path> cache = find_cache_folder();
  std::error_code error;
  const fs::path folder = cache ? *cache : fs::temp_directory_path(error);
  require<IoError>(!error, kWhere,
                   "there is neither a home folder nor one for temporary files to unpack into",
                   "set MARGAY_CACHE to a folder");
  make_folder(folder);
  std::string pattern = (folder / ".spool-XXXXXX").string();
  const int descriptor = ::mkostemp(pattern.data(), O_CLOEXEC);
  if (descriptor < 0)
    throw io_error_from_errno(kWhere, fmt::format("cannot create a file in {}", folder.string()));
  ::unlink(pattern.c_str());
  return descriptor;
}

/// Where the bytes of a file lie.
struct Place {
  uint64_t offset = 0;
  uint64_t size = 0;
};

class TarArchive : public Archive {
 public:
  TarArchive(const fs::path& path, const Listener& listener, const ArchiveLimits& limits,
             const ProgressObserver& progress, std::stop_token stop)
      : stream_(open_stream(path, Formats::tar)),
        spooled_(archive_filter_code(stream_.get(), 0) != ARCHIVE_FILTER_NONE),
        file_(spooled_ ? make_spool() : open_for_reading(path)),
        file_bytes_(spooled_ ? limits.max_unpacked_bytes : file_size_bytes(path)) {
    uint64_t entries = 0;
    while (archive_entry* entry = next_entry(stream_, path)) {
      require<Interrupted>(!stop.stop_requested(), kWhere, "stopped while reading the archive");
      if (++entries > limits.max_entries)
        refuse(path, fmt::format("more than {} entries", limits.max_entries));
      take(path, entry, listener);
      if (progress && entries % kProgressEntries == 0) progress({"reading the archive", entries, 0, "files"});
    }
    if (entries == 0) refuse(path, "an archive without entries");
    links_.tell(listener);
    links_ = {};
    stream_.reset();
    places_.shrink_to_fit();
  }

  std::vector<uint8_t> read(uint32_t entry, uint64_t limit_bytes) const override {
    const Place& place = places_.at(entry);
    require<FormatError>(place.size <= limit_bytes, kWhere,
                         fmt::format("has {} bytes, the limit is {}", place.size, limit_bytes));
    return read_start(entry, place.size);
  }

  std::vector<uint8_t> read_start(uint32_t entry, size_t bytes) const override {
    const Place& place = places_.at(entry);
    std::vector<uint8_t> start(std::min<uint64_t>(bytes, place.size));
    file_.read(start.data(), start.size(), place.offset);
    return start;
  }

  uint64_t size_bytes(uint32_t entry) const override { return places_.at(entry).size; }

 private:
  void take(const fs::path& path, archive_entry* entry, const Listener& listener) {
    std::string name = name_of(entry);
    std::string_view fault = fault_of_name(name);
    if (fault.empty())
      if (const auto link = link_of(entry)) return links_.add_link(name, link->name, link->hard);
    if (fault.empty()) fault = fault_of_kind(entry);
    if (fault.empty() && archive_entry_sparse_count(entry) > 0) fault = "a sparse file";
    if (!fault.empty()) return listener.refused(name, fault);
    if (archive_entry_filetype(entry) == AE_IFDIR) {
      if (!name.ends_with('/')) name += '/';
      return listener.found(name, 0);
    }
    places_.push_back(spooled_ ? spool(path, name) : place_of(path, name, entry));
    const auto number = static_cast<uint32_t>(places_.size() - 1);
    links_.add_file(name, number);
    listener.found(name, number);
  }

  Place place_of(const fs::path& path, const std::string& name, archive_entry* entry) const {
    // The header has been read, and nothing behind it.
    const Place place{static_cast<uint64_t>(archive_filter_bytes(stream_.get(), 0)),
                      static_cast<uint64_t>(archive_entry_size(entry))};
    if (place.offset > file_bytes_ || place.size > file_bytes_ - place.offset)
      refuse(path, fmt::format("the tar is truncated: it ends in the middle of '{}'", shown_name(name)));
    return place;
  }

  Place spool(const fs::path& path, const std::string& name) {
    Place place{spool_bytes_, 0};
    for (;;) {
      const void* bytes = nullptr;
      size_t size = 0;
      la_int64_t offset = 0;
      const int status = archive_read_data_block(stream_.get(), &bytes, &size, &offset);
      if (status == ARCHIVE_EOF) break;
      if (status != ARCHIVE_OK)
        refuse(path, fmt::format("truncated or damaged at '{}': {}", shown_name(name), message_of(stream_)));
      if (size > file_bytes_ - spool_bytes_)
        refuse(path, fmt::format("more than {} bytes when unpacked", file_bytes_));
      file_.write(static_cast<const char*>(bytes), size, spool_bytes_);
      spool_bytes_ += size;
    }
    place.size = spool_bytes_ - place.offset;
    return place;
  }

  Stream stream_;
  const bool spooled_;
  const PositionedFile file_;
  const uint64_t file_bytes_;  ///< of the tar, or what the spool may grow to
  uint64_t spool_bytes_ = 0;
  std::vector<Place> places_;
  Links links_;  ///< while the archive is opened
};

}  // namespace

std::shared_ptr<const Archive> open_tar(const fs::path& path, const Listener& listener,
                                        const ArchiveLimits& limits, const ProgressObserver& progress,
                                        std::stop_token stop) {
  return std::make_shared<TarArchive>(path, listener, limits, progress, std::move(stop));
}

}  // namespace margay::archive
