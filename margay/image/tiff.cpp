// Decodes the first page of a TIFF. libtiff unpacks it; what its samples mean is decided here, since libtiff
// takes every fourth band for opacity and knows no number of more than 16 bits.
#include <algorithm>
#include <string>
#include <vector>

#include "margay/core/error.h"
#include "margay/image/codec.h"
#include "margay/image/tiff_colors.h"
#include "margay/image/tiff_file.h"
#include "margay/image/tiff_layout.h"
#include "margay/image/tiff_samples.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.tiff";

bool recognizes_tiff(std::span<const uint8_t> bytes) {
  // 42, or 43 for files with offsets of 64 bits.
  return has_text(bytes, 0, {"II*\0", 4}) || has_text(bytes, 0, {"MM\0*", 4}) ||
         has_text(bytes, 0, {"II+\0", 4}) || has_text(bytes, 0, {"MM\0+", 4});
}

PictureInfo probe_tiff(std::span<const uint8_t> bytes) {
  const TiffFile file(bytes);
  const auto width = file.field<uint32_t>(TIFFTAG_IMAGEWIDTH, 0);
  const auto height = file.field<uint32_t>(TIFFTAG_IMAGELENGTH, 0);
  require<FormatError>(width > 0 && height > 0 && width <= INT32_MAX && height <= INT32_MAX, kWhere,
                       fmt::format("the header says {} x {} pixels", width, height));
  const auto orientation = file.field<uint16_t>(TIFFTAG_ORIENTATION, 1);
  return {.format = Format::tiff,
          .width = static_cast<int>(width),
          .height = static_cast<int>(height),
          .orientation = orientation >= 1 && orientation <= 8 ? orientation : 1,
          .sample_bytes = band_bytes(file)};
}

/// Colours that only libtiff knows; none of these kinds has alpha.
Image libtiffs_picture(TiffFile& file, const PictureInfo& info) {
  TIFFRGBAImage page{};
  char message[1024] = "";
  constexpr int stop_on_error = 1;
  if (TIFFRGBAImageBegin(&page, file.get(), stop_on_error, message) == 0) {
    file.complain(message);
    file.check(false);
  }
  // As stored: turning is not libtiff's work, which would do half of it.
  page.orientation = page.req_orientation = ORIENTATION_TOPLEFT;
  std::vector<uint32_t> raster(static_cast<size_t>(info.width) * info.height);
  const int done = TIFFRGBAImageGet(&page, raster.data(), static_cast<uint32_t>(info.width),
                                    static_cast<uint32_t>(info.height));
  TIFFRGBAImageEnd(&page);
  file.check(done != 0);
  Image picture(info.width, info.height);
  uint8_t* out = picture.pixels.data();
  for (const uint32_t pixel : raster)
    for (const uint32_t value : {TIFFGetR(pixel), TIFFGetG(pixel), TIFFGetB(pixel)})
      *out++ = static_cast<uint8_t>(value);
  return picture;
}

/// Components that the embedded profile is for; 0: none that it could be for.
int profile_colors(const TiffLayout& layout) {
  switch (layout.colors) {
    case TiffColors::lab:
    case TiffColors::shifted_lab:
      return 0;  // their colours are converted already
    default:
      return layout.colors == TiffColors::palette ? 3 : layout.color_samples();
  }
}

std::string ignored_bands(const TiffLayout& layout) {
  const bool gray = layout.color_samples() == 1 && layout.colors != TiffColors::palette;
  if (!gray || layout.samples - (layout.alpha >= 0 ? 1 : 0) < 3) return {};
  return fmt::format("it has {} bands and is marked as gray: the first alone was used", layout.samples);
}

Stored decode_tiff(std::span<const uint8_t> bytes, const PictureInfo& info, const DecodeOptions&) {
  TiffFile file(bytes);
  if (needs_libtiff_colors(file)) return {.picture = libtiffs_picture(file, info), .profile = file.profile()};
  // The JPEGs in it come as RGB, whatever they are inside.
  if (file.field<uint16_t>(TIFFTAG_COMPRESSION, COMPRESSION_NONE) == COMPRESSION_JPEG)
    TIFFSetField(file.get(), TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  const TiffLayout layout = read_tiff_layout(file);
  Stored stored{.colors = profile_colors(layout), .note = ignored_bands(layout)};
  if (stored.colors > 0) stored.profile = file.profile();
  const TiffRange range = range_of(file, layout);
  if (!stored.note.empty() && !range.note.empty()) stored.note += "; ";
  stored.note += range.note;
  stored.picture = Image(info.width, info.height);
  draw_tiff(file, layout, range, stored.picture);
  return stored;
}

}  // namespace

const Codec kTiffCodec{Format::tiff, "TIFF", "image/tiff", recognizes_tiff, probe_tiff, decode_tiff};

}  // namespace margay::image
