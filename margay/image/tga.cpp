// Decodes TGA. It has no signature at its beginning: what its header says must fit together.
#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "margay/core/error.h"
#include "margay/image/codec.h"
#include "margay/image/little_endian.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.tga";
constexpr size_t kHeaderBytes = 18;

using Bytes = std::span<const uint8_t>;
using Color = std::array<uint8_t, 4>;  ///< R, G, B, alpha

enum class Kind { palette = 1, color = 2, gray = 3 };

/// The header's fields; `read_header` leaves those that make no sense together to `makes_sense`.
struct Header {
  Kind kind = Kind::color;
  bool in_runs = false;
  size_t palette_at = 0;
  int palette_first = 0, palette_size = 0, palette_bits = 0;
  bool has_palette = false;
  int width = 0, height = 0;
  int bits = 0;        ///< of a pixel
  int alpha_bits = 0;  ///< of a pixel; 0: what may lie there is no opacity
  bool right_to_left = false, top_down = false, interleaved = false;
  size_t pixels_at = 0;
  AlphaMode alpha_mode = AlphaMode::straight;

  size_t pixel_bytes() const { return static_cast<size_t>(bits + 7) / 8; }
  size_t entry_bytes() const { return static_cast<size_t>(palette_bits + 7) / 8; }
};

/// What the extension area behind the pixels says of opacity.
enum class AttributesType { unsaid = 0, ignored = 1, retained = 2, alpha = 3, premultiplied = 4 };

AttributesType read_attributes_type(Bytes bytes) {
  constexpr size_t footer_bytes = 26, area_bytes = 495;
  constexpr std::string_view signature("TRUEVISION-XFILE.\0", 18);
  if (bytes.size() < footer_bytes) return AttributesType::unsaid;
  const size_t footer = bytes.size() - footer_bytes;
  const uint64_t area = little_u32(bytes, footer);
  if (!has_text(bytes, footer + 8, signature) || area < kHeaderBytes || area + area_bytes > footer ||
      little_u16(bytes, area) < area_bytes)
    return AttributesType::unsaid;
  return static_cast<AttributesType>(bytes[area + area_bytes - 1]);
}

/// The number of bits says that there is opacity, the extension area that what lies there is none.
void read_alpha_mode(Bytes bytes, Header& header) {
  const AttributesType type = read_attributes_type(bytes);
  if (type == AttributesType::ignored || type == AttributesType::retained) header.alpha_bits = 0;
  if (type == AttributesType::premultiplied) header.alpha_mode = AlphaMode::premultiplied;
}

Header read_header(Bytes bytes) {
  Header header;
  header.has_palette = bytes[1] == 1;
  header.kind = static_cast<Kind>(bytes[2] & 7);
  header.in_runs = (bytes[2] & 8) != 0;
  header.palette_first = static_cast<int>(little_u16(bytes, 3));
  header.palette_size = static_cast<int>(little_u16(bytes, 5));
  header.palette_bits = bytes[7];
  header.width = static_cast<int>(little_u16(bytes, 12));
  header.height = static_cast<int>(little_u16(bytes, 14));
  header.bits = bytes[16];
  header.alpha_bits = bytes[17] & 15;
  header.right_to_left = (bytes[17] & 16) != 0;
  header.top_down = (bytes[17] & 32) != 0;
  header.interleaved = (bytes[17] & 192) != 0;
  header.palette_at = kHeaderBytes + bytes[0];
  header.pixels_at =
      header.palette_at +
      (header.has_palette ? header.entry_bytes() * static_cast<size_t>(header.palette_size) : 0);
  return header;
}

bool is_color_depth(int bits) {
  return bits == 15 || bits == 16 || bits == 24 || bits == 32;
}

bool makes_sense(const Header& header) {
  if (header.width == 0 || header.height == 0 || header.interleaved || header.alpha_bits > 8) return false;
  if (header.has_palette ? !is_color_depth(header.palette_bits) || header.palette_size == 0
                         : header.palette_bits != 0 || header.palette_size != 0)
    return false;
  switch (header.kind) {
    case Kind::palette:
      return header.has_palette && (header.bits == 8 || header.bits == 16);
    case Kind::color:
      return is_color_depth(header.bits);
    case Kind::gray:
      return header.bits == 8 || (header.bits == 16 && header.alpha_bits == 8);
  }
  return false;
}

/// Three numbers of 5 bits, and perhaps one bit of opacity: 1 is opaque.
Color color_of_16_bits(uint32_t value, bool alpha) {
  const auto part = [value](int shift) {
    return static_cast<uint8_t>(((value >> shift & 31) * 255 + 15) / 31);
  };
  return {part(10), part(5), part(0), static_cast<uint8_t>(alpha && (value & 0x8000) == 0 ? 0 : 255)};
}

Color color_at(const uint8_t* at, int bits, bool alpha) {
  if (bits <= 16) return color_of_16_bits(static_cast<uint32_t>(at[0] | at[1] << 8), alpha);
  return {at[2], at[1], at[0], bits == 32 && alpha ? at[3] : uint8_t{255}};
}

/// Turns stored pixels into colours.
class Colors {
 public:
  Colors(const Header& header, Bytes bytes) : header_(header) {
    if (!header.has_palette) return;
    require<FormatError>(bytes.size() >= header.pixels_at, kWhere,
                         "the file is truncated: it ends before its pixels begin");
    for (int i = 0; i < header.palette_size; ++i)
      palette_.push_back(
          color_at(bytes.data() + header.palette_at + static_cast<size_t>(i) * header.entry_bytes(),
                   header.palette_bits, header.alpha_bits > 0));
  }

  Color operator()(const uint8_t* pixel) const {
    switch (header_.kind) {
      case Kind::palette: {
        const int index = (header_.bits == 8 ? pixel[0] : pixel[0] | pixel[1] << 8) - header_.palette_first;
        const bool known = index >= 0 && index < header_.palette_size;
        return known ? palette_[static_cast<size_t>(index)] : Color{0, 0, 0, 255};
      }
      case Kind::gray:
        return {pixel[0], pixel[0], pixel[0],
                header_.bits == 16 && header_.alpha_bits > 0 ? pixel[1] : uint8_t{255}};
      case Kind::color:
        break;
    }
    return color_at(pixel, header_.bits, header_.alpha_bits > 0);
  }

 private:
  const Header& header_;
  std::vector<Color> palette_;
};

/// The stored pixels one after the other, out of their runs.
class PixelReader {
 public:
  PixelReader(const Header& header, Bytes bytes)
      : header_(header), rest_(bytes.subspan(std::min(header.pixels_at, bytes.size()))) {}

  /// The bytes of the next pixel; nullptr where the file ends.
  const uint8_t* next() {
    if (header_.in_runs && left_ == 0 && !start_run()) return nullptr;
    --left_;
    if (repeated_ != nullptr) return repeated_;
    return take(header_.pixel_bytes());
  }

 private:
  const uint8_t* take(size_t count) {
    if (rest_.size() < count) return nullptr;
    const uint8_t* at = rest_.data();
    rest_ = rest_.subspan(count);
    return at;
  }

  bool start_run() {
    const uint8_t* head = take(1);
    if (head == nullptr) return false;
    left_ = (*head & 127) + 1;
    repeated_ = (*head & 128) != 0 ? take(header_.pixel_bytes()) : nullptr;
    return (*head & 128) == 0 || repeated_ != nullptr;
  }

  const Header& header_;
  Bytes rest_;
  int left_ = 0;                       ///< pixels of the run
  const uint8_t* repeated_ = nullptr;  ///< its pixel; nullptr: each has its own
};

/// Returns how many rows there are.
int read_pixels(const Header& header, Bytes bytes, std::vector<uint8_t>& rgba) {
  const Colors colors(header, bytes);
  PixelReader pixels(header, bytes);
  const auto width = static_cast<size_t>(header.width);
  std::vector<uint8_t> row(4 * width);
  for (int i = 0; i < header.height; ++i) {
    for (size_t x = 0; x < width; ++x) {
      const uint8_t* pixel = pixels.next();
      if (pixel == nullptr) return i;
      const Color color = colors(pixel);
      std::copy(color.begin(), color.end(),
                row.begin() + static_cast<std::ptrdiff_t>(4 * (header.right_to_left ? width - 1 - x : x)));
    }
    const int y = header.top_down ? i : header.height - 1 - i;
    std::copy(row.begin(), row.end(),
              rgba.begin() + static_cast<std::ptrdiff_t>(static_cast<size_t>(y) * 4 * width));
  }
  return header.height;
}

bool recognizes_tga(Bytes bytes) {
  return bytes.size() > kHeaderBytes && bytes[1] <= 1 && (bytes[2] & ~11) == 0 &&
         makes_sense(read_header(bytes));
}

PictureInfo probe_tga(Bytes bytes) {
  const Header header = read_header(bytes);
  return {Format::tga, header.width, header.height};
}

Stored decode_tga(Bytes bytes, const PictureInfo& info, const DecodeOptions&) {
  Header header = read_header(bytes);
  read_alpha_mode(bytes, header);
  std::vector<uint8_t> rgba = missing_rgba(info.width, info.height);
  const int rows = read_pixels(header, bytes, rgba);
  Stored stored{.missing = missing_rows(rows, info.height, kWhere)};
  if (header.alpha_bits > 0) forget_alpha_of_nothing(rows_there(rgba, info.width, rows, header.top_down));
  stored.picture = over_white(rgba, info.width, info.height, header.alpha_mode);
  return stored;
}

}  // namespace

const Codec kTgaCodec{Format::tga, "TGA", "image/x-tga", recognizes_tga, probe_tga, decode_tga};

}  // namespace margay::image
