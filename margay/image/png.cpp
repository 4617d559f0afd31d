// Decodes PNG through libpng, whose errors come by longjmp and end here.
#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <string_view>
#include <vector>

#include "margay/core/error.h"
#include "margay/image/codec.h"
#include "margay/image/exif.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.png";
/// Pixels are read in pieces of so many bytes; of a file that ends early, the last piece is lost.
constexpr size_t kPieceBytes = 512;
constexpr std::string_view kSignature("\x89PNG\r\n\x1A\n", 8);

/// A PNG that is open for reading, its header read. The functions of libpng must be called inside `guarded`.
class Reader {
 public:
  explicit Reader(std::span<const uint8_t> bytes) : rest_(bytes) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
    info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
    if (info_ == nullptr) png_destroy_read_struct(&png_, nullptr, nullptr);
    require<Error>(info_ != nullptr, kWhere, "libpng cannot start");
    png_set_read_fn(png_, this, read_bytes);
    if (!guarded([this] { png_read_info(png_, info_); })) {
      png_destroy_read_struct(&png_, &info_, nullptr);
      throw FormatError(kWhere, reason());
    }
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { png_destroy_read_struct(&png_, &info_, nullptr); }

  int width() const { return static_cast<int>(png_get_image_width(png_, info_)); }
  int height() const { return static_cast<int>(png_get_image_height(png_, info_)); }

  std::vector<uint8_t> profile() const {
    png_charp name = nullptr;
    png_bytep bytes = nullptr;
    png_uint_32 size = 0;
    int compression = 0;
    if (png_get_iCCP(png_, info_, &name, &compression, &bytes, &size) != 0) return {bytes, bytes + size};
    // libpng drops a profile that it finds broken; one byte is no profile either.
    return std::vector<uint8_t>(dropped_profile_ ? 1 : 0);
  }

  bool is_gray() const { return (png_get_color_type(png_, info_) & PNG_COLOR_MASK_COLOR) == 0; }

  /// Everything becomes 8 bits a channel, RGB or RGBA. Returns the number of channels.
  int start() {
    check(guarded([this] {
      png_set_compression_buffer_size(png_, kPieceBytes);
      png_set_expand(png_);
      png_set_scale_16(png_);
      png_set_gray_to_rgb(png_);
      passes_ = png_set_interlace_handling(png_);
      png_read_update_info(png_, info_);
    }));
    return png_get_channels(png_, info_);
  }

  /// Reads all rows; returns what is missing.
  std::string read(uint8_t* pixels) {
    const size_t stride = png_get_rowbytes(png_, info_);
    const int rows = height();
    rows_there_ = 0;
    const bool whole = guarded([&] {
      for (int pass = 0; pass < passes_; ++pass)
        for (int y = 0; y < rows; ++y) {
          // As what a browser shows meanwhile: a pixel of an early pass fills the place of those to come.
          png_read_row(png_, nullptr, pixels + static_cast<size_t>(y) * stride);
          if (pass == 0)
            rows_there_ = y + 1;
          else
            all_rows_once_ = true;
        }
    });
    if (whole) return {};
    if (!cut_) throw FormatError(kWhere, message_);
    return all_rows_once_ ? "the file is truncated: it ends before its last pass"
                          : missing_rows(rows_there_, rows, kWhere);
  }

 private:
  template <class Work>
  bool guarded(Work work) {
    // Nothing with a destructor may live between here and the longjmp.
    if (setjmp(escape_) != 0) return false;
    work();
    return true;
  }
  void check(bool done) const {
    if (!done) throw FormatError(kWhere, reason());
  }
  std::string reason() const {
    return cut_ ? "the file is truncated: it ends before its pixels begin" : message_;
  }

  static Reader& self(png_structp png) { return *static_cast<Reader*>(png_get_error_ptr(png)); }

  [[noreturn]] static void on_error(png_structp png, png_const_charp message) {
    Reader& reader = self(png);
    std::strncpy(reader.message_, message, sizeof(reader.message_) - 1);
    std::longjmp(reader.escape_, 1);
  }
  static void on_warning(png_structp png, png_const_charp message) {
    if (std::string_view(message).starts_with("iCCP")) self(png).dropped_profile_ = true;
  }
  static void read_bytes(png_structp png, png_bytep out, size_t size) {
    Reader& reader = self(png);
    if (size > reader.rest_.size()) {
      reader.cut_ = true;
      png_error(png, "the file ends early");
    }
    std::memcpy(out, reader.rest_.data(), size);
    reader.rest_ = reader.rest_.subspan(size);
  }

  std::span<const uint8_t> rest_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  std::jmp_buf escape_;
  char message_[256] = "";
  bool cut_ = false;
  bool dropped_profile_ = false;
  int passes_ = 1;
  int rows_there_ = 0;
  bool all_rows_once_ = false;
};

uint32_t u32(std::span<const uint8_t> bytes, size_t at) {
  return static_cast<uint32_t>(bytes[at]) << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];
}

/// The eXIf chunk may follow the pixels, where libpng does not get to.
int orientation_of(std::span<const uint8_t> bytes) {
  constexpr size_t frame_bytes = 12;  // length, type, checksum
  for (size_t at = kSignature.size(); bytes.size() - at >= frame_bytes;) {
    const size_t length = u32(bytes, at);
    if (length > bytes.size() - at - frame_bytes) return 1;
    if (has_text(bytes, at + 4, "eXIf")) return exif_orientation(bytes.subspan(at + 8, length));
    at += frame_bytes + length;
  }
  return 1;
}

bool recognizes_png(std::span<const uint8_t> bytes) {
  return has_text(bytes, 0, kSignature);
}

PictureInfo probe_png(std::span<const uint8_t> bytes) {
  const Reader reader(bytes);
  return {Format::png, reader.width(), reader.height(), orientation_of(bytes)};
}

Stored decode_png(std::span<const uint8_t> bytes, const PictureInfo& info, const DecodeOptions&) {
  Reader reader(bytes);
  Stored stored{.profile = reader.profile(), .colors = reader.is_gray() ? 1 : 3};
  if (reader.start() == 3) {
    stored.picture = Image(info.width, info.height);
    std::fill(stored.picture.pixels.begin(), stored.picture.pixels.end(), kMissingPixel);
    stored.missing = reader.read(stored.picture.pixels.data());
  } else {
    std::vector<uint8_t> rgba = missing_rgba(info.width, info.height);
    stored.missing = reader.read(rgba.data());
    stored.picture = over_white(rgba, info.width, info.height);
  }
  return stored;
}

}  // namespace

const Codec kPngCodec{Format::png, "PNG", "image/png", recognizes_png, probe_png, decode_png};

}  // namespace margay::image
