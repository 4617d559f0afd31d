// Encoded bytes to pictures; the format is found by content, never by name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

#include "margay/image/image.h"

namespace margay::image {

enum class Format { jpeg, png };

std::string_view name_of(Format format);

/// The format that the first bytes announce; nothing if it is none that margay reads.
std::optional<Format> sniff_format(std::span<const uint8_t> bytes);

/// What the header of an encoded picture says, before anything is decoded.
struct PictureInfo {
  Format format = Format::jpeg;
  int width = 0;  ///< pixels, as stored (before orientation)
  int height = 0;
  int orientation = 1;  ///< EXIF, 1 to 8
};

struct DecodeOptions {
  bool apply_orientation = true;
  uint64_t max_pixels = 100'000'000;  ///< checked before the memory is taken
  uint64_t max_file_bytes = uint64_t{1} << 30;
};

/// Reads the header only. Throws FormatError.
PictureInfo probe(std::span<const uint8_t> bytes);

/// Decodes to RGB: gray is replicated, alpha is laid over white, 16 bits are reduced to 8. Throws FormatError
/// that says what is wrong with the bytes. Thread-safe.
Image decode(std::span<const uint8_t> bytes, const DecodeOptions& options = {});

/// Reads and decodes a file; the error names the file. Throws FormatError or IoError.
Image decode_file(const std::filesystem::path& path, const DecodeOptions& options = {});

}  // namespace margay::image
