// The files in a ZIP or tar, read one by one and in any order without unpacking them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "margay/core/progress.h"

namespace margay::archive {

/// What nobody has reason to trust ends here.
struct ArchiveLimits {
  uint64_t max_entries = 4'000'000;
  uint64_t max_unpacked_bytes = uint64_t{32} << 30;  ///< of a compressed tar, which is unpacked to be read
};

/// Immutable, and safe to read from many threads.
class Archive {
 public:
  virtual ~Archive() = default;

  /// The bytes of a file, by the number that it was listed with. Throws FormatError when they are damaged or
  /// more than `limit_bytes`, and IoError; messages do not name the file.
  virtual std::vector<uint8_t> read(uint32_t entry, uint64_t limit_bytes) const = 0;
  /// Up to `bytes` from the beginning of a file; errors as of `read`. What lies in memory is read as a whole.
  virtual std::vector<uint8_t> read_start(uint32_t entry, size_t bytes) const;
  /// What the archive says that a file has, which may be a lie; 0 where it takes no memory to read it.
  virtual uint64_t size_bytes(uint32_t entry) const;
};

/// What an archive holds, told while it is opened.
struct Listener {
  /// A file, with its number; or a folder, whose name ends with '/'. Names are relative and without "..". A
  /// link to a file of the same archive is found too, with the number of that file, after all others.
  std::function<void(std::string_view name, uint32_t entry)> found;
  /// An entry that cannot be read safely: a link to anything else, a device, encrypted, a name that leads
  /// outside.
  std::function<void(std::string_view name, std::string_view reason)> refused;
};

/// Opens a ZIP or a tar (also .tar.gz, .bz2, .xz, .zst), by content. A tar that is not compressed is read in
/// its place; a compressed one is unpacked into one nameless file in the cache folder, which is gone with the
/// Archive. Throws FormatError for what is no archive, is truncated or goes beyond the limits; IoError;
/// Interrupted.
std::shared_ptr<const Archive> open_archive(const std::filesystem::path& path, const Listener& listener,
                                            const ArchiveLimits& limits = {},
                                            const ProgressObserver& progress = {}, std::stop_token stop = {});

/// True when the first bytes are those of a ZIP.
bool is_zip(const std::filesystem::path& path);

}  // namespace margay::archive
