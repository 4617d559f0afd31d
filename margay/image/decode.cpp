// Finds the format by the first bytes and hands over to its decoder.
#include "margay/image/decode.h"

#include <algorithm>
#include <array>
#include <string>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/image/jpeg.h"
#include "margay/image/orientation.h"
#include "margay/image/png.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.decode";
constexpr std::array<uint8_t, 3> kJpegStart{0xFF, 0xD8, 0xFF};
constexpr std::array<uint8_t, 8> kPngStart{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

bool starts_with(std::span<const uint8_t> bytes, std::span<const uint8_t> start) {
  return bytes.size() >= start.size() && std::equal(start.begin(), start.end(), bytes.begin());
}

/// Formats that margay does not read yet get a name in the message, since their files often bear a wrong one.
std::string describe(std::span<const uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.empty()) return "the file is empty";
  const auto known = [](std::string_view name) {
    return fmt::format("the bytes are {}, expected JPEG or PNG", name);
  };
  if (text.starts_with("GIF8")) return known("GIF");
  if (text.starts_with("RIFF") && text.substr(8).starts_with("WEBP")) return known("WebP");
  if (text.starts_with("BM")) return known("BMP");
  if (text.starts_with("II*\0") || text.starts_with(std::string_view("MM\0*", 4))) return known("TIFF");
  if (text.size() >= 12 && text.substr(4).starts_with("ftyp")) return known("HEIF, AVIF or video");
  if (text.starts_with("<")) return known("HTML, SVG or XML");
  if (text.starts_with("%PDF")) return known("PDF");
  return "the bytes are neither JPEG nor PNG";
}

Format format_of(std::span<const uint8_t> bytes) {
  const std::optional<Format> format = sniff_format(bytes);
  require<FormatError>(format.has_value(), kWhere, format ? "" : describe(bytes));
  return *format;
}

}  // namespace

std::string_view name_of(Format format) {
  return format == Format::jpeg ? "JPEG" : "PNG";
}

std::optional<Format> sniff_format(std::span<const uint8_t> bytes) {
  if (starts_with(bytes, kJpegStart)) return Format::jpeg;
  if (starts_with(bytes, kPngStart)) return Format::png;
  return std::nullopt;
}

PictureInfo probe(std::span<const uint8_t> bytes) {
  return format_of(bytes) == Format::jpeg ? probe_jpeg(bytes) : probe_png(bytes);
}

Image decode(std::span<const uint8_t> bytes, const DecodeOptions& options) {
  require<FormatError>(bytes.size() <= options.max_file_bytes, kWhere,
                       fmt::format("{} bytes, the limit is {}", bytes.size(), options.max_file_bytes));
  const PictureInfo info = probe(bytes);
  const uint64_t pixels = static_cast<uint64_t>(info.width) * static_cast<uint64_t>(info.height);
  require<FormatError>(pixels <= options.max_pixels, kWhere,
                       fmt::format("the header says {} x {} pixels, the limit is {} pixels in all",
                                   info.width, info.height, options.max_pixels));
  Image picture = info.format == Format::jpeg ? decode_jpeg(bytes) : decode_png(bytes);
  return options.apply_orientation ? oriented(std::move(picture), info.orientation) : picture;
}

Image decode_file(const std::filesystem::path& path, const DecodeOptions& options) {
  const std::vector<uint8_t> bytes = read_file(path, options.max_file_bytes);
  try {
    return decode(bytes, options);
  } catch (const FormatError& error) {
    throw FormatError(kWhere, fmt::format("{}: {}", path.string(), reason_of(error)));
  }
}

}  // namespace margay::image
