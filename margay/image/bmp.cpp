// Decodes BMP. Debian's libraries for it are parts of large ones, or know a few of its kinds.
#include <algorithm>
#include <bit>
#include <vector>

#include "margay/core/error.h"
#include "margay/image/bmp_header.h"
#include "margay/image/codec.h"
#include "margay/image/little_endian.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.bmp";

using Bytes = std::span<const uint8_t>;

/// The part of a pixel that `mask` covers, scaled to 8 bits.
uint8_t part_of(uint32_t pixel, uint32_t mask) {
  if (mask == 0) return 0;
  const uint64_t most = mask >> std::countr_zero(mask);
  const uint64_t value = (pixel & mask) >> std::countr_zero(mask);
  return static_cast<uint8_t>((value * 255 + most / 2) / most);
}

/// The index of the `x`-th pixel of a row of fewer than 16 bits a pixel.
size_t index_at(const uint8_t* row, int x, int bits) {
  const int per_byte = 8 / bits;
  return static_cast<size_t>(row[x / per_byte] >> (8 - bits * (x % per_byte + 1)) & ((1 << bits) - 1));
}

/// One row to four channels.
void unpack_row(const BmpHeader& header, Bytes row, uint8_t* rgba) {
  for (int x = 0; x < header.width; ++x, rgba += 4) {
    const auto at = static_cast<size_t>(x);
    rgba[3] = 255;
    if (header.bits <= 8) {
      const auto& color = header.palette[index_at(row.data(), x, header.bits)];
      std::copy(color.begin(), color.end(), rgba);
    } else if (header.bits == 24) {
      for (size_t c = 0; c < 3; ++c) rgba[c] = row[3 * at + 2 - c];
    } else {
      const uint32_t pixel = header.bits == 16 ? little_u16(row, 2 * at) : little_u32(row, 4 * at);
      for (size_t c = 0; c < 3; ++c) rgba[c] = part_of(pixel, header.masks[c]);
      if (header.masks[3] != 0) rgba[3] = part_of(pixel, header.masks[3]);
    }
  }
}

/// The place of the `i`-th stored row in the picture.
size_t row_of(const BmpHeader& header, int i) {
  return static_cast<size_t>(header.top_down ? i : header.height - 1 - i);
}

/// Returns how many rows there are.
int read_plain(const BmpHeader& header, Bytes bytes, std::vector<uint8_t>& rgba) {
  const uint64_t row_bytes = header.row_bytes();
  const uint64_t left = bytes.size() > header.pixels_at ? bytes.size() - header.pixels_at : 0;
  // The last row may lack what fills it up to four bytes.
  const uint64_t last_bytes =
      (static_cast<uint64_t>(header.width) * static_cast<uint64_t>(header.bits) + 7) / 8;
  const uint64_t rows = left / row_bytes + (left % row_bytes >= last_bytes ? 1 : 0);
  const int there = static_cast<int>(std::min<uint64_t>(rows, static_cast<uint64_t>(header.height)));
  for (int i = 0; i < there; ++i)
    unpack_row(header, bytes.subspan(header.pixels_at + static_cast<size_t>(i) * row_bytes),
               rgba.data() + row_of(header, i) * static_cast<size_t>(header.width) * 4);
  return there;
}

/// Reads pixels that are packed as runs of one colour (of two that take turns, with 4 bits) and as they are.
class RunReader {
 public:
  RunReader(const BmpHeader& header, Bytes bytes, std::vector<uint8_t>& rgba)
      : header_(header),
        rest_(bytes.subspan(std::min(header.pixels_at, bytes.size()))),
        rgba_(rgba),
        nibbles_(header.packing == BmpPacking::runs_of_4_bits) {}

  /// Returns what is missing.
  std::string read() {
    while (y_ < header_.height) {
      if (rest_.size() < 2) return end_early();
      const uint8_t count = rest_[0], value = rest_[1];
      rest_ = rest_.subspan(2);
      if (count > 0) {
        for (int i = 0; i < count; ++i) put(nibbles_ ? nibble(value, i) : value);
      } else if (!read_escape(value)) {
        break;
      }
    }
    return {};
  }

 private:
  static uint8_t nibble(uint8_t byte, int i) { return i % 2 == 0 ? byte >> 4 : byte & 15; }

  void put(uint8_t index) {
    if (x_ >= header_.width || y_ >= header_.height) return;
    const auto& color = header_.palette[index];
    std::copy(color.begin(), color.end(), row(y_) + static_cast<size_t>(x_) * 4);
    ++x_;
  }

  uint8_t* row(int y) { return rgba_.data() + row_of(header_, y) * static_cast<size_t>(header_.width) * 4; }

  std::string end_early() {
    std::string missing = missing_rows(y_, header_.height, kWhere);
    const std::vector<uint8_t> gray = missing_rgba(header_.width, 1);
    for (int y = y_; y < header_.height; ++y) std::copy(gray.begin(), gray.end(), row(y));
    return missing;
  }

  /// What follows a count of 0; false at the end of the picture.
  bool read_escape(uint8_t code) {
    if (code == 0) {
      x_ = 0, ++y_;
    } else if (code == 2 && rest_.size() >= 2) {
      x_ = std::min(header_.width, x_ + rest_[0]), y_ += rest_[1];
      rest_ = rest_.subspan(2);
    } else if (code > 2) {
      const size_t used = nibbles_ ? (code + size_t{1}) / 2 : code;
      for (int i = 0; i < code && static_cast<size_t>(nibbles_ ? i / 2 : i) < rest_.size(); ++i)
        put(nibbles_ ? nibble(rest_[static_cast<size_t>(i / 2)], i) : rest_[static_cast<size_t>(i)]);
      rest_ = rest_.subspan(std::min(rest_.size(), (used + 1) / 2 * 2));
    }
    return code != 1;
  }

  const BmpHeader& header_;
  Bytes rest_;
  std::vector<uint8_t>& rgba_;
  bool nibbles_;
  int x_ = 0, y_ = 0;
};

/// Pixels that no run covers have the first colour, as everywhere.
void fill_with_first_color(const BmpHeader& header, std::vector<uint8_t>& rgba) {
  for (size_t i = 0; i < rgba.size(); i += 4)
    std::copy(header.palette[0].begin(), header.palette[0].end(),
              rgba.begin() + static_cast<std::ptrdiff_t>(i));
}

bool recognizes_bmp(Bytes bytes) {
  // Two letters are a weak sign; the size of the second header tells BMP from text.
  return has_text(bytes, 0, "BM") && bytes.size() >= 26 && bytes[15] == 0 && bytes[16] == 0 &&
         bytes[17] == 0 && bytes[14] >= 12;
}

PictureInfo probe_bmp(Bytes bytes) {
  const BmpHeader header = read_bmp_header(bytes);
  return {Format::bmp, header.width, header.height};
}

Stored decode_bmp(Bytes bytes, const PictureInfo& info, const DecodeOptions&) {
  BmpHeader header = read_bmp_header(bytes);
  std::vector<uint8_t> rgba = missing_rgba(info.width, info.height);
  Stored stored{.profile = std::move(header.profile)};
  if (header.packing == BmpPacking::plain) {
    const int rows = read_plain(header, bytes, rgba);
    stored.missing = missing_rows(rows, info.height, kWhere);
    if (header.masks[3] != 0) forget_alpha_of_nothing(rows_there(rgba, info.width, rows, header.top_down));
  } else {
    fill_with_first_color(header, rgba);
    stored.missing = RunReader(header, bytes, rgba).read();
  }
  stored.picture = over_white(rgba, info.width, info.height);
  return stored;
}

}  // namespace

const Codec kBmpCodec{Format::bmp, "BMP", "image/bmp", recognizes_bmp, probe_bmp, decode_bmp};

}  // namespace margay::image
