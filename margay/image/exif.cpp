// Reads tag 0x0112 of the first directory of a TIFF block.
#include "margay/image/exif.h"

#include <optional>

namespace margay::image {
namespace {

constexpr uint16_t kOrientationTag = 0x0112;
constexpr uint16_t kShort = 3;
constexpr uint16_t kLong = 4;
constexpr size_t kEntryBytes = 12;

/// Numbers of either byte order at offsets that need not exist.
class TiffReader {
 public:
  TiffReader(std::span<const uint8_t> bytes, bool little_endian)
      : bytes_(bytes), little_endian_(little_endian) {}

  std::optional<uint16_t> u16(size_t at) const {
    if (at > bytes_.size() || bytes_.size() - at < 2) return std::nullopt;
    return little_endian_ ? static_cast<uint16_t>(bytes_[at] | bytes_[at + 1] << 8)
                          : static_cast<uint16_t>(bytes_[at] << 8 | bytes_[at + 1]);
  }

  std::optional<uint32_t> u32(size_t at) const {
    const auto a = u16(at), b = u16(at + 2);
    if (!a || !b) return std::nullopt;
    return little_endian_ ? *a | static_cast<uint32_t>(*b) << 16 : static_cast<uint32_t>(*a) << 16 | *b;
  }

 private:
  std::span<const uint8_t> bytes_;
  bool little_endian_;
};

std::optional<uint32_t> entry_value(const TiffReader& reader, size_t entry) {
  const auto type = reader.u16(entry + 2);
  const auto count = reader.u32(entry + 4);
  if (!type || !count || *count != 1) return std::nullopt;
  if (*type == kShort) return reader.u16(entry + 8);
  if (*type == kLong) return reader.u32(entry + 8);
  return std::nullopt;
}

}  // namespace

int exif_orientation(std::span<const uint8_t> tiff) {
  if (tiff.size() < 8 || tiff[0] != tiff[1] || (tiff[0] != 'I' && tiff[0] != 'M')) return 1;
  const TiffReader reader(tiff, tiff[0] == 'I');
  if (reader.u16(2) != 42) return 1;
  const size_t directory = *reader.u32(4);
  const size_t entries = reader.u16(directory).value_or(0);
  for (size_t i = 0; i < entries; ++i) {
    const size_t entry = directory + 2 + i * kEntryBytes;
    const auto tag = reader.u16(entry);
    if (!tag) return 1;
    if (*tag != kOrientationTag) continue;
    const uint32_t value = entry_value(reader, entry).value_or(1);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

}  // namespace margay::image
