// Decodes JPEG 2000 through OpenJPEG: JP2 files and bare codestreams.
#include <openjpeg.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "margay/core/error.h"
#include "margay/image/codec.h"
#include "margay/image/jpeg2000_boxes.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.jpeg2000";
constexpr std::string_view kFileStart("\0\0\0\x0CjP  \r\n\x87\n", 12);
constexpr std::string_view kCodestreamStart("\xFF\x4F\xFF\x51");
constexpr uint64_t kMostSamples = uint64_t{1} << 30;
constexpr uint64_t kSampleBytes = 4;  ///< of OpenJPEG

using Bytes = std::span<const uint8_t>;

/// Bytes as OpenJPEG reads them.
struct Source {
  Bytes bytes;
  size_t at = 0;

  static OPJ_SIZE_T read(void* out, OPJ_SIZE_T wanted, void* data) {
    Source& self = *static_cast<Source*>(data);
    const size_t count = std::min<size_t>(wanted, self.bytes.size() - self.at);
    if (count == 0) return static_cast<OPJ_SIZE_T>(-1);
    std::memcpy(out, self.bytes.data() + self.at, count);
    self.at += count;
    return count;
  }
  static OPJ_OFF_T skip(OPJ_OFF_T count, void* data) {
    Source& self = *static_cast<Source*>(data);
    const auto left = static_cast<OPJ_OFF_T>(self.bytes.size() - self.at);
    const OPJ_OFF_T skipped = std::clamp<OPJ_OFF_T>(count, -static_cast<OPJ_OFF_T>(self.at), left);
    self.at = static_cast<size_t>(static_cast<OPJ_OFF_T>(self.at) + skipped);
    return skipped == count ? skipped : -1;
  }
  static OPJ_BOOL seek(OPJ_OFF_T to, void* data) {
    Source& self = *static_cast<Source*>(data);
    if (to < 0 || static_cast<uint64_t>(to) > self.bytes.size()) return OPJ_FALSE;
    self.at = static_cast<size_t>(to);
    return OPJ_TRUE;
  }
};

/// A JPEG 2000 whose header has been read.
class Reader {
 public:
  /// `strict`: all of it must be there.
  Reader(Bytes bytes, bool strict) : source_{bytes} {
    const bool is_file = has_text(bytes, 0, kFileStart);
    codec_.reset(opj_create_decompress(is_file ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K));
    stream_.reset(opj_stream_create(size_t{1} << 16, OPJ_TRUE));
    require<Error>(codec_ != nullptr && stream_ != nullptr, kWhere, "OpenJPEG cannot start");
    opj_set_info_handler(
        codec_.get(), [](const char*, void*) {}, nullptr);
    opj_set_warning_handler(
        codec_.get(), [](const char*, void*) {}, nullptr);
    opj_set_error_handler(codec_.get(), on_error, this);
    opj_stream_set_user_data(stream_.get(), &source_, nullptr);
    opj_stream_set_user_data_length(stream_.get(), bytes.size());
    opj_stream_set_read_function(stream_.get(), Source::read);
    opj_stream_set_skip_function(stream_.get(), Source::skip);
    opj_stream_set_seek_function(stream_.get(), Source::seek);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    check(opj_setup_decoder(codec_.get(), &parameters) != 0);
    opj_decoder_set_strict_mode(codec_.get(), strict ? OPJ_TRUE : OPJ_FALSE);
    opj_image_t* image = nullptr;
    const bool read = opj_read_header(stream_.get(), codec_.get(), &image) != 0;
    image_.reset(image);
    check(read && image_ != nullptr && image_->numcomps > 0);
  }

  const opj_image_t& image() const { return *image_; }

  /// False when it is damaged or ends early.
  bool decode() {
    return opj_decode(codec_.get(), stream_.get(), image_.get()) != 0 &&
           opj_end_decompress(codec_.get(), stream_.get()) != 0;
  }
  /// What is wrong.
  std::string complaint() const { return message_.empty() ? "OpenJPEG cannot read it" : message_; }

 private:
  // OpenJPEG's types are pointers to void in disguise, but for the image.
  struct ReleaseCodec {
    void operator()(void* codec) const { opj_destroy_codec(static_cast<opj_codec_t*>(codec)); }
  };
  struct ReleaseStream {
    void operator()(void* stream) const { opj_stream_destroy(static_cast<opj_stream_t*>(stream)); }
  };
  struct ReleaseImage {
    void operator()(opj_image_t* image) const { opj_image_destroy(image); }
  };

  void check(bool good) const {
    if (!good) throw FormatError(kWhere, complaint());
  }

  /// The first complaint says what is wrong.
  static void on_error(const char* message, void* data) {
    auto& self = *static_cast<Reader*>(data);
    if (!self.message_.empty()) return;
    self.message_ = message;
    while (!self.message_.empty() && self.message_.back() == '\n') self.message_.pop_back();
  }

  Source source_;
  std::string message_;
  std::unique_ptr<opj_codec_t, ReleaseCodec> codec_;
  std::unique_ptr<opj_stream_t, ReleaseStream> stream_;
  std::unique_ptr<opj_image_t, ReleaseImage> image_;
};

int width_of(const opj_image_t& image) {
  return static_cast<int>(image.x1 - image.x0);
}
int height_of(const opj_image_t& image) {
  return static_cast<int>(image.y1 - image.y0);
}
uint64_t samples_of(const opj_image_t& image) {
  return uint64_t{image.x1 - image.x0} * uint64_t{image.y1 - image.y0} * image.numcomps;
}

/// Which components are what.
struct Channels {
  int colors = 3;  ///< 1 gray, 3 colour, 4 inks; the first ones that are not alpha
  std::array<size_t, 4> color{};
  int alpha = -1;
  bool premultiplied = false;
  bool is_ycc = false;
  std::string note{};  ///< what was guessed
};

/// What the cdef box of a file says of a component, as OpenJPEG gives it; 0, a colour, where there is no box.
enum Role : uint16_t { kIsColor = 0, kIsAlpha = 1, kIsPremultiplyingAlpha = 2 };

bool has_inks(const opj_image_t& image) {
  constexpr size_t color_space_at = 16;  // of an ICC profile
  return image.color_space == OPJ_CLRSPC_CMYK ||
         (image.icc_profile_buf != nullptr &&
          has_text({image.icc_profile_buf, image.icc_profile_len}, color_space_at, "CMYK"));
}

/// In files without a cdef box, such as Pillow's and bare codestreams, the one component more than there are
/// colours is opacity: Pillow writes and reads it so, and so does ImageMagick, but for two bare ones.
bool last_is_alpha(const opj_image_t& image) {
  for (size_t i = 0; i < image.numcomps; ++i)
    if (image.comps[i].alpha != kIsColor) return false;
  return image.numcomps == 2 ||
         (image.numcomps == 4 && image.color_space != OPJ_CLRSPC_GRAY && !has_inks(image));
}

Channels channels_of(const opj_image_t& image) {
  Channels channels;
  std::vector<size_t> others;
  for (size_t i = 0; i < image.numcomps; ++i) {
    const uint16_t role = image.comps[i].alpha;
    if (role == kIsColor) others.push_back(i);
    // What is marked as something else is neither.
    if ((role != kIsAlpha && role != kIsPremultiplyingAlpha) || channels.alpha >= 0) continue;
    channels.alpha = static_cast<int>(i);
    channels.premultiplied = role == kIsPremultiplyingAlpha;
  }
  if (last_is_alpha(image)) {
    others.pop_back();
    channels.alpha = static_cast<int>(image.numcomps) - 1;
    channels.note = fmt::format(
        "the last of its {} components was taken as opacity: it does not say what it is", image.numcomps);
  }
  require<FormatError>(!others.empty(), kWhere, "none of its components is a colour");
  channels.colors = has_inks(image) && others.size() >= 4                       ? 4
                    : image.color_space == OPJ_CLRSPC_GRAY || others.size() < 3 ? 1
                                                                                : 3;
  std::copy_n(others.begin(), channels.colors, channels.color.begin());
  // Chroma of fewer pixels is what it is, whatever the header says.
  const bool subsampled = channels.colors == 3 && image.comps[others[1]].dx > image.comps[others[0]].dx;
  channels.is_ycc = channels.colors == 3 && (image.color_space == OPJ_CLRSPC_SYCC ||
                                             image.color_space == OPJ_CLRSPC_EYCC || subsampled);
  return channels;
}

/// Samples of one component, which may have fewer pixels than the picture, from 0 to 1.
class Plane {
 public:
  Plane(const opj_image_t& image, size_t component) : plane_(image.comps[component]), image_(image) {
    require<FormatError>(plane_.data != nullptr && plane_.w > 0 && plane_.h > 0, kWhere,
                         "a component has no pixels");
    require<FormatError>(plane_.prec >= 1 && plane_.prec <= 31, kWhere,
                         fmt::format("{} bits per sample, expected 1 to 31", plane_.prec));
    lowest_ = plane_.sgnd != 0 ? -static_cast<double>(uint32_t{1} << (plane_.prec - 1)) : 0;
    span_ = static_cast<double>((uint64_t{1} << plane_.prec) - 1);
  }

  double at(int x, int y) const {
    const uint32_t column =
        std::min<uint32_t>(index(image_.x0, static_cast<uint32_t>(x), plane_.dx), plane_.w - 1);
    const uint32_t row =
        std::min<uint32_t>(index(image_.y0, static_cast<uint32_t>(y), plane_.dy), plane_.h - 1);
    return (plane_.data[static_cast<size_t>(row) * plane_.w + column] - lowest_) / span_;
  }

 private:
  /// Sample positions are multiples of `step` on the grid that begins at 0, not at the picture's corner.
  static uint32_t index(uint32_t origin, uint32_t offset, uint32_t step) {
    const uint32_t first = (origin + step - 1) / step, here = (origin + offset) / step;
    return here > first ? here - first : 0;
  }

  const opj_image_comp_t& plane_;
  const opj_image_t& image_;
  double lowest_ = 0, span_ = 255;
};

std::array<double, 3> rgb_of(const std::array<double, 4>& color, const Channels& channels) {
  if (channels.colors == 1) return {color[0], color[0], color[0]};
  if (channels.colors == 4)
    return {(1 - color[0]) * (1 - color[3]), (1 - color[1]) * (1 - color[3]),
            (1 - color[2]) * (1 - color[3])};
  if (!channels.is_ycc) return {color[0], color[1], color[2]};
  // ITU-R BT.601 over the full range.
  const double middle = 128.0 / 255, cb = color[1] - middle, cr = color[2] - middle;
  return {color[0] + 1.402 * cr, color[0] - 0.344136 * cb - 0.714136 * cr, color[0] + 1.772 * cb};
}

Image picture_of(const opj_image_t& image, const Channels& channels) {
  std::vector<Plane> planes;
  for (int c = 0; c < channels.colors; ++c)
    planes.emplace_back(image, channels.color[static_cast<size_t>(c)]);
  if (channels.alpha >= 0) planes.emplace_back(image, static_cast<size_t>(channels.alpha));
  Image picture(width_of(image), height_of(image));
  uint8_t* out = picture.pixels.data();
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) {
      std::array<double, 4> color{};
      for (size_t c = 0; c < static_cast<size_t>(channels.colors); ++c) color[c] = planes[c].at(x, y);
      const double alpha = channels.alpha >= 0 ? std::clamp(planes.back().at(x, y), 0.0, 1.0) : 1;
      for (const double value : rgb_of(color, channels)) {
        const double shown = (channels.premultiplied ? value : value * alpha) + 1 - alpha;
        *out++ = static_cast<uint8_t>(std::clamp(shown, 0.0, 1.0) * 255 + 0.5);
      }
    }
  return picture;
}

std::vector<uint8_t> profile_of(const opj_image_t& image) {
  return {image.icc_profile_buf, image.icc_profile_buf + image.icc_profile_len};
}

bool recognizes_jpeg2000(Bytes bytes) {
  return has_text(bytes, 0, kFileStart) || has_text(bytes, 0, kCodestreamStart);
}

PictureInfo probe_jpeg2000(Bytes bytes) {
  const Reader reader(bytes, true);
  const opj_image_t& image = reader.image();
  require<FormatError>(
      image.x1 > image.x0 && image.y1 > image.y0 && image.x1 - image.x0 <= INT32_MAX &&
          image.y1 - image.y0 <= INT32_MAX,
      kWhere, fmt::format("the header says {} x {} pixels", image.x1 - image.x0, image.y1 - image.y0));
  return {.format = Format::jpeg2000,
          .width = width_of(image),
          .height = height_of(image),
          .sample_bytes = kSampleBytes * std::min(samples_of(image), kMostSamples)};
}

Stored decode_jpeg2000(Bytes bytes, const PictureInfo& info, const DecodeOptions&) {
  require_known_color_space(bytes);
  auto reader = std::make_unique<Reader>(bytes, true);
  require<FormatError>(samples_of(reader->image()) <= kMostSamples, kWhere,
                       fmt::format("{} components of {} x {} pixels, the limit is {} samples in all",
                                   reader->image().numcomps, info.width, info.height, kMostSamples));
  Stored stored;
  if (!reader->decode()) {
    // Once more: what can be decoded is used. There is no memory for the samples of both.
    const std::string complaint = reader->complaint();
    reader.reset();
    reader = std::make_unique<Reader>(bytes, false);
    require<FormatError>(reader->decode(), kWhere, complaint);
    stored.missing = "the file is truncated or damaged: its finest details are missing";
  }
  const Channels channels = channels_of(reader->image());
  stored.picture = picture_of(reader->image(), channels);
  stored.profile = profile_of(reader->image());
  stored.colors = channels.colors;
  stored.note = channels.note;
  return stored;
}

}  // namespace

const Codec kJpeg2000Codec{Format::jpeg2000,    "JPEG 2000",    "image/jp2",
                           recognizes_jpeg2000, probe_jpeg2000, decode_jpeg2000};

}  // namespace margay::image
