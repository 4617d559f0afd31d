// libzip reads; a handle is used by one thread at a time, so that every reader takes one of its own.
#include "margay/archive/zip_archive.h"

#include <sys/stat.h>
#include <zip.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "margay/archive/entry_fault.h"
#include "margay/archive/entry_name.h"
#include "margay/archive/links.h"
#include "margay/archive/stream.h"
#include "margay/core/error.h"
#include "margay/core/file_system.h"

namespace margay::archive {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "archive";
constexpr uint64_t kMaxTargetBytes = 4096;  ///< of a link
constexpr size_t kPieceBytes = 1 << 20;
constexpr uint64_t kMostReserved = uint64_t{1} << 30;

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
  const bool is_of_machine =
      code == ZIP_ER_OPEN || code == ZIP_ER_READ || code == ZIP_ER_NOENT || code == ZIP_ER_MEMORY;
  require<IoError>(!is_of_machine, kWhere, fmt::format("cannot open {}: {}", path.string(), text));
  refuse(path, fmt::format("the ZIP is truncated or damaged ({})", text));
}

/// The kind of file that Unix had; 0 where the archive does not say.
mode_t kind_of(zip_t* handle, zip_uint64_t entry) {
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  const bool known = zip_file_get_external_attributes(handle, entry, 0, &system, &attributes) == 0;
  return known && system == ZIP_OPSYS_UNIX ? (attributes >> 16) & S_IFMT : 0;
}

/// What makes an entry unfit, whatever its name; empty for a plain file, a folder or a link.
std::string_view fault_of_entry(mode_t kind, const zip_stat_t& facts) {
  if (kind != 0 && kind != S_IFREG && kind != S_IFDIR && kind != S_IFLNK)
    return "a special file (device, socket or pipe)";
  if (facts.encryption_method != ZIP_EM_NONE) return kEncrypted;
  if (zip_compression_method_supported(facts.comp_method, 0) == 0) return kUnknownCompression;
  return {};
}

zip_stat_t facts_of(zip_t* handle, zip_uint64_t entry) {
  zip_stat_t facts;
  zip_stat_init(&facts);
  require<FormatError>(zip_stat_index(handle, entry, 0, &facts) == 0, kWhere,
                       fmt::format("cannot be read: {}", zip_strerror(handle)));
  return facts;
}

/// Throws for a size that no bytes of that number unpack to, before memory is taken for it.
void require_possible_size(const zip_stat_t& facts) {
  constexpr uint64_t kMostByDeflate = 1032;  // bytes that one byte stands for
  const bool stored = facts.comp_method == ZIP_CM_STORE;
  if (!stored && facts.comp_method != ZIP_CM_DEFLATE) return;
  const uint64_t most = stored ? facts.comp_size : facts.comp_size * kMostByDeflate;
  require<FormatError>(
      facts.size <= most, kWhere,
      fmt::format("is declared to have {} bytes, but its {} bytes in the archive hold {} at most", facts.size,
                  facts.comp_size, most));
}

class ZipArchive : public Archive {
 public:
  ZipArchive(const fs::path& path, const Listener& listener, const ArchiveLimits& limits)
      : path_(absolute_path(path)) {
    Handle handle = open_handle(path_);
    const auto entries = static_cast<zip_uint64_t>(zip_get_num_entries(handle.get(), 0));
    if (entries > limits.max_entries) refuse(path, fmt::format("more than {} entries", limits.max_entries));
    Links links;
    for (zip_uint64_t entry = 0; entry < entries; ++entry) tell(handle.get(), entry, listener, links);
    links.tell(listener);
    give_back(std::move(handle));
  }

  std::vector<uint8_t> read(uint32_t entry, uint64_t limit_bytes) const override {
    Handle handle = take();
    std::vector<uint8_t> bytes = read_with(handle.get(), entry, limit_bytes);
    give_back(std::move(handle));
    return bytes;
  }

  std::vector<uint8_t> read_start(uint32_t entry, size_t bytes) const override {
    Handle handle = take();
    std::vector<uint8_t> start = start_of(handle.get(), entry, bytes);
    give_back(std::move(handle));
    return start;
  }

  uint64_t size_bytes(uint32_t entry) const override {
    Handle handle = take();
    const uint64_t size = facts_of(handle.get(), entry).size;
    give_back(std::move(handle));
    return size;
  }

 private:
  static void tell(zip_t* handle, zip_uint64_t entry, const Listener& listener, Links& links) {
    const char* found = zip_get_name(handle, entry, ZIP_FL_ENC_GUESS);
    const std::string_view name = found != nullptr ? found : "";
    const auto number = static_cast<uint32_t>(entry);
    const mode_t kind = kind_of(handle, entry);
    std::string_view fault = fault_of_name(name);
    if (fault.empty()) fault = fault_of_entry(kind, facts_of(handle, entry));
    if (!fault.empty()) return listener.refused(name, fault);
    if (kind == S_IFLNK) return links.add_link(name, target_of(handle, entry), false);
    if (!name.ends_with('/')) links.add_file(name, number);
    listener.found(name, number);
  }

  /// A link's content is where it leads; empty where that is damaged.
  static std::string target_of(zip_t* handle, zip_uint64_t entry) try {
    const std::vector<uint8_t> bytes = read_with(handle, entry, kMaxTargetBytes);
    return {bytes.begin(), bytes.end()};
  } catch (const FormatError&) {
    return {};
  }

  static File open_entry(zip_t* handle, zip_uint64_t entry) {
    File file(zip_fopen_index(handle, entry, 0));
    require<FormatError>(file != nullptr, kWhere, fmt::format("cannot be read: {}", zip_strerror(handle)));
    return file;
  }

  /// How many bytes came; fewer than were asked for only at the end.
  static size_t read_some(zip_file_t* file, uint8_t* bytes, size_t size) {
    size_t filled = 0;
    while (filled < size) {
      const zip_int64_t count = zip_fread(file, bytes + filled, size - filled);
      require<FormatError>(count >= 0, kWhere,
                           fmt::format("is damaged in the archive: {}", zip_file_strerror(file)));
      if (count == 0) break;
      filled += static_cast<size_t>(count);
    }
    return filled;
  }

  static std::vector<uint8_t> start_of(zip_t* handle, zip_uint64_t entry, size_t bytes) {
    const File file = open_entry(handle, entry);
    std::vector<uint8_t> start(bytes);
    start.resize(read_some(file.get(), start.data(), start.size()));
    return start;
  }

  /// The declared size bounds the memory, and one byte more would be a lie; reading to the end checks the
  /// CRC. What is declared is only believed as it comes.
  static std::vector<uint8_t> read_with(zip_t* handle, zip_uint64_t entry, uint64_t limit_bytes) {
    const zip_stat_t facts = facts_of(handle, entry);
    require<FormatError>(facts.size <= limit_bytes, kWhere,
                         fmt::format("has {} bytes, the limit is {}", facts.size, limit_bytes));
    require_possible_size(facts);
    const File file = open_entry(handle, entry);
    std::vector<uint8_t> bytes;
    // An address for all of it, and memory as it comes: growing would copy, and need both at once.
    bytes.reserve(std::min(facts.size, kMostReserved));
    for (size_t filled = 0; filled < facts.size;) {
      bytes.resize(std::min<uint64_t>(facts.size, filled + kPieceBytes));
      filled += read_some(file.get(), bytes.data() + filled, bytes.size() - filled);
      require<FormatError>(filled == bytes.size(), kWhere, "is shorter than the archive declares");
    }
    uint8_t beyond = 0;
    require<FormatError>(read_some(file.get(), &beyond, 1) == 0, kWhere,
                         "is longer than the archive declares");
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
