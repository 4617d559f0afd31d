// Mapping with POSIX calls.
#include "margay/core/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "margay/core/descriptor.h"
#include "margay/core/error.h"

namespace margay {
namespace {

constexpr const char* kWhere = "core.file";

uint8_t* map(const Descriptor& file, size_t size, int protection, const std::filesystem::path& path) {
  void* data = ::mmap(nullptr, size, protection, MAP_SHARED, file.get(), 0);
  if (data == MAP_FAILED) throw io_error_from_errno(kWhere, fmt::format("cannot map {}", path.string()));
  return static_cast<uint8_t*>(data);
}

}  // namespace

MappedFile MappedFile::create(const std::filesystem::path& path, uint64_t size_bytes) {
  const Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!file.valid()) throw io_error_from_errno(kWhere, fmt::format("cannot create {}", path.string()));
  // Where the file system cannot reserve, posix_fallocate writes until the disk is full: ask before.
  std::error_code unknown;
  const uint64_t free_bytes = std::filesystem::space(path, unknown).available;
  require<IoError>(
      unknown || free_bytes >= size_bytes, kWhere,
      fmt::format("{} needs {} bytes, its disk has {} left", path.string(), size_bytes, free_bytes),
      "make room, or let MARGAY_CACHE name a folder on another disk");
  // Without its blocks a write into the mapping would kill the program.
  errno = ::posix_fallocate(file.get(), 0, static_cast<off_t>(size_bytes));
  if (errno != 0)
    throw io_error_from_errno(kWhere,
                              fmt::format("cannot reserve {} bytes for {}", size_bytes, path.string()));
  return {map(file, size_bytes, PROT_READ | PROT_WRITE, path), size_bytes};
}

MappedFile MappedFile::open(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid()) throw io_error_from_errno(kWhere, fmt::format("cannot open {}", path.string()));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0)
    throw io_error_from_errno(kWhere, fmt::format("cannot stat {}", path.string()));
  require<IoError>(S_ISREG(status.st_mode) && status.st_size > 0, kWhere,
                   fmt::format("{} is empty or not a regular file", path.string()));
  const auto size = static_cast<size_t>(status.st_size);
  return {map(file, size, PROT_READ, path), size};
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

}  // namespace margay
