// libarchive takes the whole as one entry without a name.
#include "margay/archive/gzip_file.h"

#include <archive.h>

#include "margay/archive/stream.h"
#include "margay/core/bare_reason.h"
#include "margay/core/error.h"

namespace margay::archive {

std::vector<uint8_t> read_gzip_file(const std::filesystem::path& path, uint64_t limit_bytes) try {
  const Stream stream = open_stream(path, Formats::gzip);
  std::vector<uint8_t> bytes;
  if (next_entry(stream, path) == nullptr) refuse(path, "it is empty");
  if (archive_filter_count(stream.get()) < 2) refuse(path, "it is not compressed with gzip");
  std::vector<uint8_t> piece(1 << 18);
  for (;;) {
    const la_ssize_t read = archive_read_data(stream.get(), piece.data(), piece.size());
    if (read < 0) refuse(path, message_of(stream));
    if (read == 0) return bytes;
    if (bytes.size() + static_cast<size_t>(read) > limit_bytes)
      refuse(path, fmt::format("more than {} bytes when unpacked", limit_bytes));
    bytes.insert(bytes.end(), piece.begin(), piece.begin() + read);
  }
} catch (const FormatError& error) {
  // Those of a stream ask for an archive.
  throw FormatError("archive", bare_reason(error),
                    "one file that is compressed with gzip is expected; get it again");
}

}  // namespace margay::archive
