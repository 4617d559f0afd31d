// Tags to meaning; what they do not say is not guessed.
#include "margay/image/tiff_layout.h"

#include <algorithm>

#include "margay/core/error.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.tiff";
constexpr const char* kSaveOtherwise = "save it with 8 or 16 bits a channel, as gray or RGB";

uint16_t photometric_of(const TiffFile& file, int samples) {
  uint16_t photometric = 0;
  if (TIFFGetField(file.get(), TIFFTAG_PHOTOMETRIC, &photometric) != 0) return photometric;
  return samples >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
}

TiffColors colors_of(uint16_t photometric, const TiffFile& file) {
  switch (photometric) {
    case PHOTOMETRIC_MINISWHITE:
      return TiffColors::white_is_zero;
    case PHOTOMETRIC_MINISBLACK:
      return TiffColors::black_is_zero;
    case PHOTOMETRIC_RGB:
    case PHOTOMETRIC_YCBCR:  // of a JPEG, which libtiff converts
      return TiffColors::rgb;
    case PHOTOMETRIC_PALETTE:
      return TiffColors::palette;
    case PHOTOMETRIC_SEPARATED:
      require<FormatError>(file.field<uint16_t>(TIFFTAG_INKSET, INKSET_CMYK) == INKSET_CMYK, kWhere,
                           "its inks are not cyan, magenta, yellow and black", kSaveOtherwise);
      return TiffColors::cmyk;
    case PHOTOMETRIC_CIELAB:
      return TiffColors::lab;
    case PHOTOMETRIC_ICCLAB:
      return TiffColors::shifted_lab;
    case PHOTOMETRIC_CFA:
    case 34892:  // LinearRaw of DNG
      throw FormatError(kWhere, "it holds the raw values of a camera's sensor, expected a developed picture",
                        "develop it, or use the JPEG that the camera made");
    default:
      throw FormatError(kWhere, fmt::format("its colours are of kind {}, which is not known", photometric),
                        kSaveOtherwise);
  }
}

TiffNumber number_of(const TiffFile& file, int bits) {
  const auto format = file.field<uint16_t>(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  const auto is_one_of = [bits](std::initializer_list<int> known) {
    return std::ranges::find(known, bits) != known.end();
  };
  switch (format) {
    case SAMPLEFORMAT_UINT:
    case SAMPLEFORMAT_VOID:
      if ((bits >= 1 && bits <= 16) || is_one_of({24, 32, 64})) return TiffNumber::whole;
      break;
    case SAMPLEFORMAT_INT:
      if (is_one_of({8, 16, 32, 64})) return TiffNumber::with_sign;
      break;
    case SAMPLEFORMAT_IEEEFP:
      if (is_one_of({16, 32, 64})) return TiffNumber::floating;
      break;
    default:
      throw FormatError(kWhere, "its samples are complex numbers, or of a kind that is not known",
                        kSaveOtherwise);
  }
  throw FormatError(kWhere, fmt::format("{} bits per sample, expected 1 to 16, 24, 32 or 64", bits),
                    kSaveOtherwise);
}

void find_alpha(const TiffFile& file, TiffLayout& layout) {
  const std::vector<uint16_t> kinds = file.extra_samples();
  const int first = layout.samples - static_cast<int>(kinds.size());
  for (size_t i = 0; i < kinds.size() && layout.alpha < 0; ++i)
    if (kinds[i] == EXTRASAMPLE_ASSOCALPHA || kinds[i] == EXTRASAMPLE_UNASSALPHA) {
      layout.alpha = first + static_cast<int>(i);
      layout.premultiplied = kinds[i] == EXTRASAMPLE_ASSOCALPHA;
    }
  // One that would be a colour is none.
  if (layout.alpha < layout.color_samples()) layout.alpha = -1;
}

/// Entries have 16 bits, of which programs fill the lower 8 with zeros or the upper 8 once more; some
/// write 8.
void read_palette(const TiffFile& file, TiffLayout& layout) {
  const uint16_t* channels[3] = {};
  require<FormatError>(layout.number == TiffNumber::whole && layout.bits <= 16, kWhere,
                       fmt::format("{} bits per sample for a palette, expected 1 to 16", layout.bits));
  require<FormatError>(
      TIFFGetField(file.get(), TIFFTAG_COLORMAP, &channels[0], &channels[1], &channels[2]) != 0, kWhere,
      "its palette is missing");
  const size_t entries = size_t{1} << layout.bits;
  const bool is_8_bit = std::ranges::all_of(channels, [&](const uint16_t* channel) {
    return std::all_of(channel, channel + entries, [](uint16_t value) { return value < 256; });
  });
  for (size_t c = 0; c < 3; ++c)
    for (size_t i = 0; i < entries; ++i)
      layout.palette[c].push_back(static_cast<uint8_t>(is_8_bit ? channels[c][i] : channels[c][i] >> 8));
}

/// Sizes come from the file, as any of 32 bits.
int checked_side(uint32_t side, const char* what) {
  require<FormatError>(side > 0 && side <= INT32_MAX, kWhere, fmt::format("the {} is {} pixels", what, side));
  return static_cast<int>(side);
}

void read_blocks(const TiffFile& file, TiffLayout& layout) {
  layout.separate_planes =
      layout.samples > 1 &&
      file.field<uint16_t>(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE;
  layout.tiled = TIFFIsTiled(file.get()) != 0;
  if (layout.tiled) {
    layout.block_width = checked_side(file.field<uint32_t>(TIFFTAG_TILEWIDTH, 0), "width of its tiles");
    layout.block_height = checked_side(file.field<uint32_t>(TIFFTAG_TILELENGTH, 0), "height of its tiles");
    return;
  }
  layout.block_width = layout.width;
  const auto rows = file.field<uint32_t>(TIFFTAG_ROWSPERSTRIP, UINT32_MAX);
  layout.block_height = static_cast<int>(std::clamp<uint32_t>(rows, 1, static_cast<uint32_t>(layout.height)));
}

}  // namespace

int TiffLayout::color_samples() const {
  switch (colors) {
    case TiffColors::white_is_zero:
    case TiffColors::black_is_zero:
    case TiffColors::palette:
      return 1;
    case TiffColors::cmyk:
      return 4;
    default:
      return 3;
  }
}

TiffLayout read_tiff_layout(const TiffFile& file) {
  TiffLayout layout;
  layout.width = checked_side(file.field<uint32_t>(TIFFTAG_IMAGEWIDTH, 0), "width");
  layout.height = checked_side(file.field<uint32_t>(TIFFTAG_IMAGELENGTH, 0), "height");
  layout.bits = file.field<uint16_t>(TIFFTAG_BITSPERSAMPLE, 1);
  layout.samples = file.field<uint16_t>(TIFFTAG_SAMPLESPERPIXEL, 1);
  const int named = layout.samples - static_cast<int>(file.extra_samples().size());
  layout.colors = colors_of(photometric_of(file, named), file);
  layout.number = number_of(file, layout.bits);
  require<FormatError>(layout.samples >= layout.color_samples(), kWhere,
                       fmt::format("{} samples per pixel, expected at least {} for its colours",
                                   layout.samples, layout.color_samples()));
  const bool is_lab = layout.colors == TiffColors::lab || layout.colors == TiffColors::shifted_lab;
  require<FormatError>(
      !is_lab || ((layout.bits == 8 || layout.bits == 16) && layout.number != TiffNumber::floating), kWhere,
      fmt::format("Lab of {} bits, expected 8 or 16", layout.bits), kSaveOtherwise);
  find_alpha(file, layout);
  if (layout.colors == TiffColors::palette) read_palette(file, layout);
  read_blocks(file, layout);
  return layout;
}

bool needs_libtiff_colors(const TiffFile& file) {
  const auto compression = file.field<uint16_t>(TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  uint16_t photometric = 0;
  if (TIFFGetField(file.get(), TIFFTAG_PHOTOMETRIC, &photometric) == 0) return false;
  return photometric == PHOTOMETRIC_LOGL || photometric == PHOTOMETRIC_LOGLUV ||
         (photometric == PHOTOMETRIC_YCBCR && compression != COMPRESSION_JPEG);
}

}  // namespace margay::image
