// Blocks of a band of rows are read whole, since libtiff does not go back; then they are unpacked row by row.
#include "margay/image/tiff_samples.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>

#include "margay/core/error.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.tiff";
constexpr uint64_t kMostBandBytes = uint64_t{1} << 30;

/// IEEE's 16-bit numbers: 1 sign, 5 exponent, 10 fraction.
double from_half(uint16_t half) {
  const int exponent = half >> 10 & 31, fraction = half & 1023;
  const double size = exponent == 0    ? std::ldexp(fraction, -24)
                      : exponent == 31 ? (fraction == 0 ? std::numeric_limits<double>::infinity()
                                                        : std::numeric_limits<double>::quiet_NaN())
                                       : std::ldexp(fraction + 1024, exponent - 25);
  return (half & 0x8000) != 0 ? -size : size;
}

template <class Value>
double load(const uint8_t* at) {
  Value value;
  std::memcpy(&value, at, sizeof(value));
  return static_cast<double>(value);
}

double load_half(const uint8_t* at) {
  uint16_t half = 0;
  std::memcpy(&half, at, sizeof(half));
  return from_half(half);
}

double load_24(const uint8_t* at) {
  return std::endian::native == std::endian::little ? at[0] | at[1] << 8 | at[2] << 16
                                                    : at[0] << 16 | at[1] << 8 | at[2];
}

/// Reads a number of whole bytes, which libtiff has put into the order of this machine. nullptr: it has parts
/// of bytes.
using Load = double (*)(const uint8_t* at);

Load loader_of(const TiffLayout& layout) {
  const bool sign = layout.number == TiffNumber::with_sign;
  if (layout.number == TiffNumber::floating)
    return layout.bits == 16 ? load_half : layout.bits == 32 ? load<float> : load<double>;
  switch (layout.bits) {
    case 8:
      return sign ? load<int8_t> : load<uint8_t>;
    case 16:
      return sign ? load<int16_t> : load<uint16_t>;
    case 24:
      return load_24;
    case 32:
      return sign ? load<int32_t> : load<uint32_t>;
    case 64:
      return sign ? load<int64_t> : load<uint64_t>;
    default:
      return nullptr;
  }
}

/// The `index`-th of numbers that follow each other bit by bit, the highest bit first.
double packed_number(const uint8_t* row, size_t index, int bits) {
  uint32_t value = 0;
  size_t at = index * static_cast<size_t>(bits);
  for (int left = bits; left > 0;) {
    const int here = std::min<int>(left, 8 - static_cast<int>(at % 8));
    const uint32_t byte = row[at / 8];
    value = value << here | (byte >> (8 - static_cast<int>(at % 8) - here) & ((1u << here) - 1));
    at += static_cast<size_t>(here);
    left -= here;
  }
  return value;
}

/// Blocks beside each other, of all planes: what `block_height` rows of the picture are stored in.
class Band {
 public:
  Band(const TiffFile& file, const TiffLayout& layout)
      : file_(file),
        layout_(layout),
        load_(loader_of(layout)),
        per_plane_(layout.separate_planes ? 1 : layout.samples),
        row_bytes_((uint64_t{static_cast<uint32_t>(layout.block_width)} * per_plane_ * layout.bits + 7) / 8),
        across_((layout.width - 1) / layout.block_width + 1) {
    for (int sample = 0; sample < layout.color_samples(); ++sample) needed_.push_back(sample);
    if (layout.alpha >= 0) needed_.push_back(layout.alpha);
    const uint64_t planes = layout.separate_planes ? needed_.size() : 1;
    const uint64_t stored = row_bytes_ * layout.block_height;
    require<FormatError>(
        row_bytes_ <= kMostBandBytes && stored <= kMostBandBytes / across_ / planes, kWhere,
        fmt::format("{} rows of {} samples of {} bits are stored in one piece, the limit is {} bytes",
                    layout.block_height, uint64_t{static_cast<uint32_t>(layout.width)} * layout.samples,
                    layout.bits, kMostBandBytes),
        "save it with smaller strips or tiles");
    const auto libtiffs =
        static_cast<uint64_t>(layout.tiled ? TIFFTileSize64(file.get()) : TIFFStripSize64(file.get()));
    require<FormatError>(libtiffs == stored, kWhere,
                         fmt::format("its blocks have {} bytes, expected {}", libtiffs, stored));
    block_bytes_ = static_cast<size_t>(stored);
    // Not set to zero: a file that claims more than it has shall not cost the memory.
    bytes_ = std::make_unique_for_overwrite<uint8_t[]>(block_bytes_ * across_ * planes);
  }

  size_t needed() const { return needed_.size(); }

  void read(int first_row, int rows) {
    const size_t planes = layout_.separate_planes ? needed_.size() : 1;
    for (size_t plane = 0; plane < planes; ++plane)
      for (int block = 0; block < across_; ++block) read_block(plane, block, first_row, rows);
  }

  /// Row `y` of the band as [width, needed].
  void unpack(int y, std::vector<double>& row) const {
    for (size_t i = 0; i < needed_.size(); ++i)
      for (int block = 0; block < across_; ++block) {
        const size_t plane = layout_.separate_planes ? i : 0;
        const uint8_t* from = place(plane, block) + static_cast<size_t>(y) * row_bytes_;
        const int left = block * layout_.block_width;
        const int count = std::min(layout_.block_width, layout_.width - left);
        const size_t sample = layout_.separate_planes ? 0 : static_cast<size_t>(needed_[i]);
        double* out = row.data() + static_cast<size_t>(left) * needed_.size() + i;
        for (int x = 0; x < count; ++x, out += needed_.size())
          *out = number_at(from, static_cast<size_t>(x) * per_plane_ + sample);
      }
  }

 private:
  uint8_t* place(size_t plane, int block) const {
    return bytes_.get() + (plane * across_ + static_cast<size_t>(block)) * block_bytes_;
  }

  double number_at(const uint8_t* row, size_t index) const {
    return load_ != nullptr ? load_(row + index * static_cast<size_t>(layout_.bits / 8))
                            : packed_number(row, index, layout_.bits);
  }

  void read_block(size_t plane, int block, int first_row, int rows) {
    const auto sample = static_cast<uint16_t>(layout_.separate_planes ? needed_[plane] : 0);
    const auto x = static_cast<uint32_t>(block * layout_.block_width), y = static_cast<uint32_t>(first_row);
    const auto size = static_cast<tmsize_t>(block_bytes_);
    const tmsize_t got = layout_.tiled
                             ? TIFFReadEncodedTile(file_.get(), TIFFComputeTile(file_.get(), x, y, 0, sample),
                                                   place(plane, block), size)
                             : TIFFReadEncodedStrip(file_.get(), TIFFComputeStrip(file_.get(), y, sample),
                                                    place(plane, block), size);
    file_.check(got >= 0);
    require<FormatError>(static_cast<uint64_t>(got) >= row_bytes_ * static_cast<uint64_t>(rows), kWhere,
                         "the file is truncated: a block of its pixels ends early");
  }

  const TiffFile& file_;
  const TiffLayout& layout_;
  Load load_;
  size_t per_plane_;
  uint64_t row_bytes_;
  int across_;  ///< blocks
  std::vector<int> needed_;
  size_t block_bytes_ = 0;
  std::unique_ptr<uint8_t[]> bytes_;
};

}  // namespace

int needed_samples(const TiffLayout& layout) {
  return layout.color_samples() + (layout.alpha >= 0 ? 1 : 0);
}

uint64_t band_bytes(const TiffFile& file) {
  const bool tiled = TIFFIsTiled(file.get()) != 0;
  const uint64_t width = file.field<uint32_t>(TIFFTAG_IMAGEWIDTH, 0);
  const uint64_t tile_width = std::max<uint64_t>(1, file.field<uint32_t>(TIFFTAG_TILEWIDTH, 0));
  const bool separate =
      file.field<uint16_t>(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE;
  // Numbers of a file: each product is held below the limit before the next.
  const auto capped = [](uint64_t bytes) { return std::min(bytes, kMostBandBytes); };
  const uint64_t block = capped(tiled ? TIFFTileSize64(file.get()) : TIFFStripSize64(file.get()));
  const uint64_t blocks = capped(block * (tiled ? (width + tile_width - 1) / tile_width : 1));
  return capped(blocks * (separate ? file.field<uint16_t>(TIFFTAG_SAMPLESPERPIXEL, 1) : 1));
}

void for_each_row(const TiffFile& file, const TiffLayout& layout,
                  const std::function<void(int y, TiffRow row)>& use) {
  Band band(file, layout);
  std::vector<double> row(static_cast<size_t>(layout.width) * band.needed());
  for (int first = 0; first < layout.height; first += layout.block_height) {
    const int rows = std::min(layout.block_height, layout.height - first);
    band.read(first, rows);
    for (int y = 0; y < rows; ++y) {
      band.unpack(y, row);
      use(first + y, row);
    }
  }
}

}  // namespace margay::image
