// Walks from marker to marker; every length is checked against what is left.
#include "margay/image/jpeg_header.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "margay/core/error.h"
#include "margay/image/codec.h"
#include "margay/image/exif.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.jpeg";
constexpr uint8_t kStartOfScan = 0xDA;
constexpr uint8_t kEndOfImage = 0xD9;
constexpr uint8_t kApp1 = 0xE1;
constexpr uint8_t kApp2 = 0xE2;

using Bytes = std::span<const uint8_t>;

bool is_start_of_frame(uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

bool is_progressive(uint8_t marker) {
  return marker == 0xC2 || marker == 0xC6 || marker == 0xCA || marker == 0xCE;
}

/// Markers without a length: TEM, RSTn.
bool stands_alone(uint8_t marker) {
  return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7);
}

int u16(Bytes bytes, size_t at) {
  return bytes[at] << 8 | bytes[at + 1];
}

void read_frame(Bytes body, JpegHeader& header) {
  require<FormatError>(body.size() >= 6, kWhere, "the frame header is cut short");
  require<FormatError>(body[0] == 8, kWhere, fmt::format("{} bits per sample, only 8 can be read", body[0]));
  header.height = u16(body, 1);
  header.width = u16(body, 3);
  header.components = body[5];
  require<FormatError>(header.width > 0 && header.height > 0, kWhere,
                       fmt::format("the header says {} x {} pixels", header.width, header.height));
  require<FormatError>(header.components == 1 || header.components == 3 || header.components == 4, kWhere,
                       fmt::format("{} colour components, expected 1, 3 or 4", header.components));
}

void read_segment(uint8_t marker, Bytes body, JpegHeader& header) {
  constexpr std::string_view exif("Exif\0\0", 6), profile("ICC_PROFILE\0", 12);
  if (is_start_of_frame(marker) && header.width == 0) {
    read_frame(body, header);
    header.several_scans = is_progressive(marker);
  }
  if (marker == kApp1 && has_text(body, 0, exif) && header.orientation == 1)
    header.orientation = exif_orientation(body.subspan(exif.size()));
  if (marker == kApp2 && has_text(body, 0, profile) && body.size() > profile.size() + 2)
    header.profile_chunks.push_back(body.subspan(profile.size()));
}

}  // namespace

JpegHeader read_jpeg_header(Bytes bytes) {
  JpegHeader header;
  size_t at = 2;
  for (;;) {
    // What stands between segments is skipped, as libjpeg does.
    while (at + 1 < bytes.size() && (bytes[at] != 0xFF || bytes[at + 1] == 0xFF || bytes[at + 1] == 0)) ++at;
    require<FormatError>(at + 1 < bytes.size(), kWhere, "the file ends before its pixels begin");
    const uint8_t marker = bytes[at + 1];
    if (marker == kStartOfScan) break;
    require<FormatError>(marker != kEndOfImage, kWhere, "the file says that it ends before its pixels begin");
    if (stands_alone(marker)) {
      at += 2;
      continue;
    }
    const size_t left = bytes.size() - at - 2;
    const size_t length = left >= 2 ? static_cast<size_t>(u16(bytes, at + 2)) : 0;
    require<FormatError>(
        length >= 2 && length <= left, kWhere,
        fmt::format("segment {:02X} has {} bytes, {} are left in the file", marker, length, left));
    read_segment(marker, bytes.subspan(at + 4, length - 2), header);
    at += 2 + length;
  }
  require<FormatError>(header.width > 0, kWhere, "there are pixels but no frame header before them");
  header.first_scan = at;
  const size_t components_of_scan = at + 4;
  if (components_of_scan < bytes.size() && bytes[components_of_scan] < header.components)
    header.several_scans = true;
  return header;
}

JpegScans walk_scans(Bytes bytes, const JpegHeader& header, int limit) {
  JpegScans scans{0, bytes.size()};
  size_t at = header.first_scan;
  while (scans.count <= limit) {
    const auto* mark = static_cast<const uint8_t*>(std::memchr(bytes.data() + at, 0xFF, bytes.size() - at));
    if (mark == nullptr) break;
    at = static_cast<size_t>(mark - bytes.data()) + 1;
    if (at == bytes.size() || bytes[at] == kEndOfImage) break;
    // Among the pixels, FF is followed by 0 or a restart.
    if (bytes[at] == 0 || bytes[at] == 0xFF || stands_alone(bytes[at])) continue;
    const size_t left = bytes.size() - at - 1;
    if (left < 2 || static_cast<size_t>(u16(bytes, at + 1)) > left) {
      scans.end = at - 1;
      break;
    }
    scans.count += bytes[at] == kStartOfScan ? 1 : 0;
    at += 1 + static_cast<size_t>(u16(bytes, at + 1));
  }
  return scans;
}

std::vector<uint8_t> profile_of(const JpegHeader& header) {
  std::vector<Bytes> chunks = header.profile_chunks;
  std::stable_sort(chunks.begin(), chunks.end(), [](Bytes a, Bytes b) { return a[0] < b[0]; });
  std::vector<uint8_t> profile;
  for (const Bytes chunk : chunks) profile.insert(profile.end(), chunk.begin() + 2, chunk.end());
  return profile;
}

}  // namespace margay::image
