// Reads with POSIX calls, as core/atomic_file.cpp does.
#include "margay/data/file_start.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "margay/core/descriptor.h"
#include "margay/core/error.h"
#include "margay/image/decode.h"

namespace margay::data {

std::vector<uint8_t> read_start(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid()) throw io_error_from_errno("data.file", fmt::format("cannot open {}", path.string()));
  std::vector<uint8_t> bytes(kStartBytes);
  size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count = ::read(file.get(), bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw io_error_from_errno("data.file", fmt::format("cannot read {}", path.string()));
    if (count == 0) break;
    filled += static_cast<size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

bool starts_as_picture(std::span<const uint8_t> start) {
  const std::optional<image::Format> format = image::sniff_format(start);
  return format && *format != image::Format::tga;
}

bool starts_as_tiff(std::span<const uint8_t> start) {
  return image::sniff_format(start) == image::Format::tiff;
}

}  // namespace margay::data
