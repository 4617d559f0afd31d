// Tells the kinds of archives apart.
#include "margay/archive/archive.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>

#include "margay/archive/tar_archive.h"
#include "margay/archive/zip_archive.h"
#include "margay/core/error.h"

namespace margay::archive {

std::vector<uint8_t> Archive::read_start(uint32_t entry, size_t bytes) const {
  std::vector<uint8_t> start = read(entry, UINT64_MAX);
  start.resize(std::min(bytes, start.size()));
  return start;
}

uint64_t Archive::size_bytes(uint32_t) const {
  return 0;
}

bool is_zip(const std::filesystem::path& path) {
  std::array<char, 4> bytes{};
  std::ifstream(path, std::ios::binary).read(bytes.data(), bytes.size());
  const std::string_view start(bytes.data(), bytes.size());
  // A file, the end of an archive without files, and the mark of one that was meant to be split.
  return start == "PK\x03\x04" || start == "PK\x05\x06" || start == "PK\x07\x08";
}

std::shared_ptr<const Archive> open_archive(const std::filesystem::path& path, const Listener& listener,
                                            const ArchiveLimits& limits, const ProgressObserver& progress,
                                            std::stop_token stop) {
  std::error_code error;
  require<IoError>(std::filesystem::is_regular_file(path, error), "archive",
                   fmt::format("{} is not a file", path.string()));
  if (is_zip(path)) return open_zip(path, listener, limits);
  return open_tar(path, listener, limits, progress, stop);
}

}  // namespace margay::archive
