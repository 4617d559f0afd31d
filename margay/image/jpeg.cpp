// Decodes JPEG through the interface of libjpeg, whose errors come by longjmp and end here.
#include <algorithm>
#include <csetjmp>
#include <cstddef>
#include <cstdio>
// clang-format off
#include <jpeglib.h>  // needs what stands above
#include <jerror.h>
// clang-format on

#include "margay/core/error.h"
#include "margay/image/codec.h"
#include "margay/image/jpeg_header.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.jpeg";

/// A decompressor of libjpeg that counts what is missing. The functions of libjpeg must be called inside
/// `guarded`.
class Decompressor {
 public:
  Decompressor() {
    info_.err = jpeg_std_error(&errors_);
    errors_.error_exit = [](j_common_ptr info) {
      auto& self = *static_cast<Decompressor*>(info->client_data);
      info->err->format_message(info, self.message_);
      std::longjmp(self.escape_, 1);
    };
    errors_.emit_message = [](j_common_ptr info, int level) {
      if (level < 0) static_cast<Decompressor*>(info->client_data)->notice(info->err->msg_code);
    };
    info_.client_data = this;
    jpeg_create_decompress(&info_);
  }
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;
  ~Decompressor() { jpeg_destroy_decompress(&info_); }

  /// Reads the header and decides what comes out.
  void start(std::span<const uint8_t> bytes, J_COLOR_SPACE colors, int reduction) {
    guarded([&] {
      jpeg_mem_src(&info_, bytes.data(), bytes.size());
      jpeg_read_header(&info_, TRUE);
      info_.out_color_space = colors;
      info_.scale_num = 1;
      info_.scale_denom = static_cast<unsigned>(reduction);
      jpeg_start_decompress(&info_);
    });
  }

  int width() const { return static_cast<int>(info_.output_width); }
  int height() const { return static_cast<int>(info_.output_height); }

  void read(uint8_t* pixels) {
    const size_t stride = size_t{info_.output_width} * info_.output_components;
    guarded([&] {
      constexpr JDIMENSION kRows = 16;
      while (info_.output_scanline < info_.output_height) {
        JSAMPROW rows[kRows];
        const JDIMENSION count = std::min(kRows, info_.output_height - info_.output_scanline);
        for (JDIMENSION i = 0; i < count; ++i) rows[i] = pixels + (info_.output_scanline + i) * stride;
        jpeg_read_scanlines(&info_, rows, count);
      }
      jpeg_finish_decompress(&info_);
    });
  }

  /// Empty when all pixels are there. Throws FormatError when no row is.
  std::string missing() const {
    if (rows_there_ >= 0)
      return missing_rows(std::min(rows_there_, static_cast<int>(info_.image_height)),
                          static_cast<int>(info_.image_height), kWhere);
    return ends_early_ && has_scans_ ? "the file is truncated: it ends before its last scan" : "";
  }

 private:
  template <class Work>
  void guarded(Work work) {
    // Nothing with a destructor may live between here and the longjmp.
    if (setjmp(escape_) == 0)
      work();
    else
      throw FormatError(kWhere, message_);
  }

  /// Every decoder lives with stray bytes and odd codes, and so do we; missing pixels are counted.
  void notice(int code) {
    has_scans_ =
        info_.progressive_mode || info_.input_scan_number > 1 || info_.comps_in_scan < info_.num_components;
    ends_early_ = ends_early_ || code == JWRN_JPEG_EOF;
    // After the first scan there is something of every row, if only coarse.
    if (code == JWRN_HIT_MARKER && rows_there_ < 0 && info_.input_scan_number <= 1)
      rows_there_ = static_cast<int>(info_.input_iMCU_row) * info_.max_v_samp_factor * DCTSIZE;
    if (code == JWRN_HIT_MARKER && info_.input_scan_number > 1) ends_early_ = true;
  }

  jpeg_decompress_struct info_{};
  jpeg_error_mgr errors_{};
  std::jmp_buf escape_;
  char message_[JMSG_LENGTH_MAX] = "";
  bool ends_early_ = false;
  bool has_scans_ = false;
  int rows_there_ = -1;
};

/// The largest of 1, 2, 4 and 8 that leaves enough pixels.
int reduction_of(const PictureInfo& info, const DecodeOptions& options) {
  if (options.enough_width <= 0 || options.enough_height <= 0) return 1;
  int reduction = 1;
  while (reduction < 8 && info.width >= 2 * reduction * options.enough_width &&
         info.height >= 2 * reduction * options.enough_height)
    reduction *= 2;
  return reduction;
}

/// Ink to light, as Pillow does it: what is left of the black after each ink has taken its part. In a file of
/// its own, a JPEG of four inks has 255 where there is no ink: Photoshop began it, and browsers and Pillow
/// read all so, whether or not Adobe's segment is there.
Image light_of_ink(const std::vector<uint8_t>& cmyk, int width, int height) {
  Image picture(width, height);
  const size_t pixels = cmyk.size() / 4;
  for (size_t i = 0; i < pixels; ++i) {
    const unsigned black = cmyk[4 * i + 3];
    for (size_t c = 0; c < 3; ++c)
      picture.pixels[3 * i + c] = static_cast<uint8_t>((cmyk[4 * i + c] * black + 127) / 255);
  }
  return picture;
}

bool recognizes_jpeg(std::span<const uint8_t> bytes) {
  return has_text(bytes, 0, "\xFF\xD8\xFF");
}

PictureInfo probe_jpeg(std::span<const uint8_t> bytes) {
  const JpegHeader header = read_jpeg_header(bytes);
  return {Format::jpeg, header.width, header.height, header.orientation};
}

Stored decode_jpeg(std::span<const uint8_t> bytes, const PictureInfo& info, const DecodeOptions& options) {
  const JpegHeader header = read_jpeg_header(bytes);
  if (header.several_scans) {
    const JpegScans scans = walk_scans(bytes, header, options.max_scans);
    require<FormatError>(scans.count <= options.max_scans, kWhere,
                         fmt::format("more than {} scans, the limit", options.max_scans));
    bytes = bytes.first(scans.end);
  }
  Stored stored{
      .reduction = reduction_of(info, options), .profile = profile_of(header), .colors = header.components};
  Decompressor decompressor;
  decompressor.start(bytes, header.components == 4 ? JCS_CMYK : JCS_RGB, stored.reduction);
  const int width = decompressor.width(), height = decompressor.height();
  if (header.components == 4) {
    std::vector<uint8_t> cmyk(static_cast<size_t>(width) * height * 4);
    decompressor.read(cmyk.data());
    stored.picture = light_of_ink(cmyk, width, height);
  } else {
    stored.picture = Image(width, height);
    decompressor.read(stored.picture.pixels.data());
  }
  stored.missing = decompressor.missing();
  return stored;
}

}  // namespace

const Codec kJpegCodec{Format::jpeg, "JPEG", "image/jpeg", recognizes_jpeg, probe_jpeg, decode_jpeg};

}  // namespace margay::image
