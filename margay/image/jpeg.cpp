// Decodes JPEG through the TurboJPEG interface, one decompressor per thread.
#include "margay/image/jpeg.h"

#include <turbojpeg.h>

#include <memory>
#include <string_view>
#include <vector>

#include "margay/core/error.h"
#include "margay/image/jpeg_header.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.jpeg";
constexpr const char* kTruncated = "the file is truncated: it ends before its pixels do";

struct DestroyHandle {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Handle = std::unique_ptr<void, DestroyHandle>;

tjhandle decompressor_of_this_thread() {
  thread_local const Handle handle(tjInitDecompress());
  require<Error>(handle != nullptr, kWhere, "libjpeg-turbo cannot start");
  return handle.get();
}

/// Every decoder lives with stray bytes and odd codes, and so do we; but where pixels are missing, it is no
/// picture.
bool pixels_are_missing(std::string_view warning) {
  return warning.find("Premature end") != warning.npos || warning.find("premature end") != warning.npos;
}

/// Decodes into `out`, which holds height rows of width pixels.
void decompress(std::span<const uint8_t> bytes, const JpegHeader& header, TJPF pixel_format, uint8_t* out) {
  // Limiting the scans keeps a small hostile progressive file from taking minutes.
  constexpr int flags = TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS;
  const tjhandle handle = decompressor_of_this_thread();
  const int pitch = header.width * tjPixelSize[pixel_format];
  if (tjDecompress2(handle, bytes.data(), bytes.size(), out, header.width, pitch, header.height, pixel_format,
                    flags) == 0)
    return;
  const std::string_view message = tjGetErrorStr2(handle);
  require<FormatError>(!pixels_are_missing(message), kWhere, kTruncated);
  require<FormatError>(tjGetErrorCode(handle) == TJERR_WARNING, kWhere, message);
}

/// Ink to light, as Pillow does it: what is left of the black after each ink has taken its part.
Image light_of_ink(const std::vector<uint8_t>& cmyk, const JpegHeader& header) {
  Image picture(header.width, header.height);
  const uint8_t inverted = header.adobe ? 0 : 255;
  const size_t pixels = cmyk.size() / 4;
  for (size_t i = 0; i < pixels; ++i) {
    const unsigned black = cmyk[4 * i + 3] ^ inverted;
    for (size_t c = 0; c < 3; ++c)
      picture.pixels[3 * i + c] = static_cast<uint8_t>(((cmyk[4 * i + c] ^ inverted) * black + 127) / 255);
  }
  return picture;
}

}  // namespace

PictureInfo probe_jpeg(std::span<const uint8_t> bytes) {
  const JpegHeader header = read_jpeg_header(bytes);
  return {Format::jpeg, header.width, header.height, header.orientation};
}

Image decode_jpeg(std::span<const uint8_t> bytes) {
  const JpegHeader header = read_jpeg_header(bytes);
  require<FormatError>(jpeg_has_end(bytes, header), kWhere, kTruncated);
  if (header.components == 4) {
    std::vector<uint8_t> cmyk(static_cast<size_t>(header.width) * header.height * 4);
    decompress(bytes, header, TJPF_CMYK, cmyk.data());
    return light_of_ink(cmyk, header);
  }
  Image picture(header.width, header.height);
  decompress(bytes, header, TJPF_RGB, picture.pixels.data());
  return picture;
}

}  // namespace margay::image
