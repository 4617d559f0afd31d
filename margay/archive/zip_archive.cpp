// libzip reads; a handle is used by one thread at a time, so that every reader takes one of its own.
#include "margay/archive/zip_archive.h"

#include <sys/stat.h>
#include <zip.h>

#include <mutex>
#include <string>
#include <utility>

#include "margay/archive/entry_name.h"
#include "margay/archive/stream.h"
#include "margay/core/error.h"

namespace margay::archive {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "archive";

struct DiscardHandle {
  void operator()(zip_t* handle) const { zip_discard(handle); }
};
using Handle = std::unique_ptr<zip_t, DiscardHandle>;

struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using File = std::unique_ptr<zip_file_t, CloseFile>;

Handle open_handle(const fs::path& path) {
  int code = 0;
  Handle handle(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (handle) return handle;
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  const std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  refuse(path, fmt::format("the ZIP is truncated or damaged ({})", text));
}

/// What makes an entry unfit, whatever its name; empty for a plain file or a folder.
std::string_view fault_of_entry(zip_t* handle, zip_uint64_t entry, const zip_stat_t& facts) {
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  if (zip_file_get_external_attributes(handle, entry, 0, &system, &attributes) == 0 &&
      system == ZIP_OPSYS_UNIX) {
    const mode_t mode = attributes >> 16;
    if (S_ISLNK(mode)) return "a symbolic link";
    if ((mode & S_IFMT) != 0 && !S_ISREG(mode) && !S_ISDIR(mode)) return "a device, socket or pipe";
  }
  if (facts.encryption_method != ZIP_EM_NONE) return "encrypted";
  if (zip_compression_method_supported(facts.comp_method, 0) == 0)
    return "compressed in a way that is not known";
  return {};
}

zip_stat_t facts_of(zip_t* handle, zip_uint64_t entry) {
  zip_stat_t facts;
  zip_stat_init(&facts);
  require<FormatError>(zip_stat_index(handle, entry, 0, &facts) == 0, kWhere,
                       fmt::format("cannot be read: {}", zip_strerror(handle)));
  return facts;
}

class ZipArchive : public Archive {
 public:
  ZipArchive(const fs::path& path, const Listener& listener, const ArchiveLimits& limits)
      : path_(fs::absolute(path)) {
    Handle handle = open_handle(path_);
    const auto entries = static_cast<zip_uint64_t>(zip_get_num_entries(handle.get(), 0));
    if (entries > limits.max_entries) refuse(path, fmt::format("more than {} entries", limits.max_entries));
    for (zip_uint64_t entry = 0; entry < entries; ++entry) tell(handle.get(), entry, listener);
    give_back(std::move(handle));
  }

  std::vector<uint8_t> read(uint32_t entry, uint64_t limit_bytes) const override {
    Handle handle = take();
    std::vector<uint8_t> bytes = read_with(handle.get(), entry, limit_bytes);
    give_back(std::move(handle));
    return bytes;
  }

 private:
  static void tell(zip_t* handle, zip_uint64_t entry, const Listener& listener) {
    const char* found = zip_get_name(handle, entry, ZIP_FL_ENC_GUESS);
    const std::string_view name = found != nullptr ? found : "";
    std::string_view fault = fault_of_name(name);
    if (fault.empty()) fault = fault_of_entry(handle, entry, facts_of(handle, entry));
    if (fault.empty())
      listener.found(name, static_cast<uint32_t>(entry));
    else
      listener.refused(name, fault);
  }

  /// The declared size bounds the memory, and one byte more would be a lie; reading to the end checks the
  /// CRC.
  static std::vector<uint8_t> read_with(zip_t* handle, zip_uint64_t entry, uint64_t limit_bytes) {
    const zip_stat_t facts = facts_of(handle, entry);
    require<FormatError>(facts.size <= limit_bytes, kWhere,
                         fmt::format("has {} bytes, the limit is {}", facts.size, limit_bytes));
    const File file(zip_fopen_index(handle, entry, 0));
    require<FormatError>(file != nullptr, kWhere, fmt::format("cannot be read: {}", zip_strerror(handle)));
    std::vector<uint8_t> bytes(facts.size);
    size_t filled = 0;
    for (uint8_t beyond = 0;;) {
      const bool full = filled == bytes.size();
      const zip_int64_t count = full ? zip_fread(file.get(), &beyond, 1)
                                     : zip_fread(file.get(), bytes.data() + filled, bytes.size() - filled);
      require<FormatError>(count >= 0, kWhere,
                           fmt::format("is damaged in the archive: {}", zip_file_strerror(file.get())));
      if (count == 0) break;
      require<FormatError>(!full, kWhere, "is longer than the archive declares");
      filled += static_cast<size_t>(count);
    }
    require<FormatError>(filled == bytes.size(), kWhere, "is shorter than the archive declares");
    return bytes;
  }

  Handle take() const {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        Handle handle = std::move(idle_.back());
        idle_.pop_back();
        return handle;
      }
    }
    return open_handle(path_);
  }

  void give_back(Handle handle) const {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(handle));
  }

  const fs::path path_;
  mutable std::mutex mutex_;
  mutable std::vector<Handle> idle_;
};

}  // namespace

std::shared_ptr<const Archive> open_zip(const fs::path& path, const Listener& listener,
                                        const ArchiveLimits& limits) {
  return std::make_shared<ZipArchive>(path, listener, limits);
}

}  // namespace margay::archive
