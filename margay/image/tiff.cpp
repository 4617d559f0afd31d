// Decodes the first page of a TIFF through libtiff's RGBA interface, which takes every kind of pixel.
#include <tiffio.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "margay/core/error.h"
#include "margay/image/codec.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.tiff";

/// A TIFF that is open for reading at its first page.
class Reader {
 public:
  explicit Reader(std::span<const uint8_t> bytes) : bytes_(bytes) {
    const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> options(TIFFOpenOptionsAlloc(),
                                                                               TIFFOpenOptionsFree);
    require<Error>(options != nullptr, kWhere, "libtiff cannot start");
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), on_error, this);
    TIFFOpenOptionsSetWarningHandlerExtR(
        options.get(), [](TIFF*, void*, const char*, const char*, va_list) { return 1; }, nullptr);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), tmsize_t{1} << 30);
    file_.reset(TIFFClientOpenExt("", "rm", this, read_bytes, write_bytes, seek, close, size, map, unmap,
                                  options.get()));
    check(file_ != nullptr);
  }

  TIFF* get() const { return file_.get(); }

  template <class Value>
  Value field(uint32_t tag, Value otherwise) const {
    Value value{};
    return TIFFGetFieldDefaulted(file_.get(), tag, &value) != 0 ? value : otherwise;
  }

  std::vector<uint8_t> profile() const {
    uint32_t size = 0;
    const uint8_t* data = nullptr;
    if (TIFFGetField(file_.get(), TIFFTAG_ICCPROFILE, &size, &data) == 0) return {};
    return {data, data + size};
  }

  void check(bool good) const {
    if (!good) throw FormatError(kWhere, message_.empty() ? "libtiff cannot read it" : message_);
  }

  /// For functions of libtiff that write their complaint themselves.
  void complain(std::string message) { message_ = std::move(message); }

 private:
  struct Close {
    void operator()(TIFF* file) const { TIFFClose(file); }
  };

  static Reader& self(thandle_t handle) { return *static_cast<Reader*>(handle); }

  /// The first complaint says what is wrong, those after it what follows from that.
  static int on_error(TIFF*, void* handle, const char*, const char* format, va_list arguments) {
    char text[256];
    std::vsnprintf(text, sizeof(text), format, arguments);
    if (self(handle).message_.empty()) self(handle).message_ = text;
    return 1;
  }
  static tmsize_t read_bytes(thandle_t handle, void* out, tmsize_t wanted) {
    Reader& reader = self(handle);
    const size_t left = reader.bytes_.size() - std::min<size_t>(reader.at_, reader.bytes_.size());
    const size_t count = std::min(static_cast<size_t>(wanted), left);
    if (count > 0) std::memcpy(out, reader.bytes_.data() + reader.at_, count);
    reader.at_ += count;
    return static_cast<tmsize_t>(count);
  }
  static tmsize_t write_bytes(thandle_t, void*, tmsize_t) { return -1; }
  static toff_t seek(thandle_t handle, toff_t offset, int whence) {
    Reader& reader = self(handle);
    const toff_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? reader.at_ : reader.bytes_.size();
    return reader.at_ = from + offset;
  }
  static int close(thandle_t) { return 0; }
  static toff_t size(thandle_t handle) { return self(handle).bytes_.size(); }
  static int map(thandle_t, void**, toff_t*) { return 0; }
  static void unmap(thandle_t, void*, toff_t) {}

  std::span<const uint8_t> bytes_;
  toff_t at_ = 0;
  std::string message_;
  std::unique_ptr<TIFF, Close> file_;
};

/// Colour is laid over white; libtiff has multiplied it with its alpha already.
Image image_of(const std::vector<uint32_t>& raster, int width, int height) {
  Image picture(width, height);
  uint8_t* out = picture.pixels.data();
  for (const uint32_t pixel : raster) {
    const uint32_t white = 255 - TIFFGetA(pixel);
    for (const uint32_t value : {TIFFGetR(pixel), TIFFGetG(pixel), TIFFGetB(pixel)})
      *out++ = static_cast<uint8_t>(std::min<uint32_t>(255, value + white));
  }
  return picture;
}

bool recognizes_tiff(std::span<const uint8_t> bytes) {
  // 42, or 43 for files with offsets of 64 bits.
  return has_text(bytes, 0, {"II*\0", 4}) || has_text(bytes, 0, {"MM\0*", 4}) ||
         has_text(bytes, 0, {"II+\0", 4}) || has_text(bytes, 0, {"MM\0+", 4});
}

PictureInfo probe_tiff(std::span<const uint8_t> bytes) {
  const Reader reader(bytes);
  const auto width = reader.field<uint32_t>(TIFFTAG_IMAGEWIDTH, 0);
  const auto height = reader.field<uint32_t>(TIFFTAG_IMAGELENGTH, 0);
  require<FormatError>(width > 0 && height > 0 && width <= INT32_MAX && height <= INT32_MAX, kWhere,
                       fmt::format("the header says {} x {} pixels", width, height));
  const auto orientation = reader.field<uint16_t>(TIFFTAG_ORIENTATION, 1);
  return {Format::tiff, static_cast<int>(width), static_cast<int>(height),
          orientation >= 1 && orientation <= 8 ? orientation : 1};
}

Stored decode_tiff(std::span<const uint8_t> bytes, const PictureInfo& info, const DecodeOptions&) {
  Reader reader(bytes);
  TIFFRGBAImage page{};
  char message[1024] = "";
  constexpr int stop_on_error = 1;
  if (TIFFRGBAImageBegin(&page, reader.get(), stop_on_error, message) == 0) {
    reader.complain(message);
    reader.check(false);
  }
  // As stored: turning is not libtiff's work, which would do half of it.
  page.orientation = page.req_orientation = ORIENTATION_TOPLEFT;
  std::vector<uint32_t> raster(static_cast<size_t>(info.width) * info.height);
  const int done = TIFFRGBAImageGet(&page, raster.data(), static_cast<uint32_t>(info.width),
                                    static_cast<uint32_t>(info.height));
  const int colors = page.photometric == PHOTOMETRIC_MINISBLACK || page.photometric == PHOTOMETRIC_MINISWHITE
                         ? 1
                     : page.photometric == PHOTOMETRIC_SEPARATED ? 4
                                                                 : 3;
  TIFFRGBAImageEnd(&page);
  reader.check(done != 0);
  return {
      .picture = image_of(raster, info.width, info.height), .profile = reader.profile(), .colors = colors};
}

}  // namespace

const Codec kTiffCodec{Format::tiff, "TIFF", "image/tiff", recognizes_tiff, probe_tiff, decode_tiff};

}  // namespace margay::image
