// A file whose bytes are in memory while they are used, and on disk else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace margay {

/// Owns a mapping. The system may drop its pages and read them again, so that it costs address space rather
/// than memory. Whoever cuts the file short while it is mapped makes reading it a bus error; margay replaces
/// files instead.
class MappedFile {
 public:
  /// A new file of `size_bytes` zeros to write to; its space on disk is taken at once. Throws IoError, also
  /// where something of that name is there.
  static MappedFile create(const std::filesystem::path& path, uint64_t size_bytes);
  /// An existing file to read. Throws IoError when it cannot be opened, is empty or no regular file.
  static MappedFile open(const std::filesystem::path& path);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  std::span<const uint8_t> bytes() const { return {data_, size_}; }
  /// Of a created file.
  std::span<uint8_t> writable_bytes() { return {data_, size_}; }

 private:
  MappedFile(uint8_t* data, size_t size) : data_(data), size_(size) {}

  uint8_t* data_;
  size_t size_;
};

}  // namespace margay
