// Decodes WebP through libwebp; of an animation the first frame.
#include <webp/decode.h>
#include <webp/demux.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "margay/core/error.h"
#include "margay/image/codec.h"
#include "margay/image/exif.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.webp";

struct Delete {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
  void operator()(WebPIDecoder* decoder) const { WebPIDelete(decoder); }
};

/// The container, opened as far as the file reaches, and its first frame.
class Container {
 public:
  explicit Container(std::span<const uint8_t> bytes) {
    const WebPData data{bytes.data(), bytes.size()};
    WebPDemuxState state = WEBP_DEMUX_PARSE_ERROR;
    demuxer_.reset(WebPDemuxPartial(&data, &state));
    require<FormatError>(state != WEBP_DEMUX_PARSE_ERROR, kWhere, "the chunks of the file make no sense");
    require<FormatError>(demuxer_ != nullptr && WebPDemuxGetFrame(demuxer_.get(), 1, &frame_) != 0, kWhere,
                         "the file is truncated: it ends before its pixels begin");
  }
  Container(const Container&) = delete;
  Container& operator=(const Container&) = delete;
  ~Container() { WebPDemuxReleaseIterator(&frame_); }

  int width() const { return static_cast<int>(WebPDemuxGetI(demuxer_.get(), WEBP_FF_CANVAS_WIDTH)); }
  int height() const { return static_cast<int>(WebPDemuxGetI(demuxer_.get(), WEBP_FF_CANVAS_HEIGHT)); }
  const WebPIterator& frame() const { return frame_; }

  /// The content of a chunk such as "EXIF"; empty when there is none.
  std::vector<uint8_t> chunk(const char* name) const {
    WebPChunkIterator found;
    std::vector<uint8_t> content;
    if (WebPDemuxGetChunk(demuxer_.get(), name, 1, &found) != 0)
      content.assign(found.chunk.bytes, found.chunk.bytes + found.chunk.size);
    WebPDemuxReleaseChunkIterator(&found);
    return content;
  }

 private:
  std::unique_ptr<WebPDemuxer, Delete> demuxer_;
  WebPIterator frame_{};
};

/// Some programs put JPEG's "Exif" before the block.
int orientation_of(const std::vector<uint8_t>& exif) {
  const std::span<const uint8_t> block(exif);
  return exif_orientation(has_text(block, 0, std::string_view("Exif\0\0", 6)) ? block.subspan(6) : block);
}

/// Decodes the frame into the canvas of four channels; returns what is missing.
std::string decode_frame(const WebPIterator& frame, std::vector<uint8_t>& rgba, int canvas_width) {
  WebPDecoderConfig config;
  require<Error>(WebPInitDecoderConfig(&config) != 0, kWhere, "libwebp is of another version");
  const size_t stride = static_cast<size_t>(canvas_width) * 4;
  const size_t first = frame.y_offset * stride + static_cast<size_t>(frame.x_offset) * 4;
  config.output.colorspace = MODE_RGBA;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = {rgba.data() + first, static_cast<int>(stride), rgba.size() - first};
  const std::unique_ptr<WebPIDecoder, Delete> decoder(WebPIDecode(nullptr, 0, &config));
  require<Error>(decoder != nullptr, kWhere, "libwebp cannot start");
  const VP8StatusCode status = WebPIUpdate(decoder.get(), frame.fragment.bytes, frame.fragment.size);
  if (status == VP8_STATUS_OK) return {};
  require<FormatError>(status == VP8_STATUS_SUSPENDED || status == VP8_STATUS_NOT_ENOUGH_DATA, kWhere,
                       fmt::format("libwebp cannot read it (status {})", static_cast<int>(status)));
  int rows_there = 0;
  if (WebPIDecGetRGB(decoder.get(), &rows_there, nullptr, nullptr, nullptr) == nullptr) rows_there = 0;
  return missing_rows(rows_there, frame.height, kWhere);
}

bool recognizes_webp(std::span<const uint8_t> bytes) {
  return has_text(bytes, 0, "RIFF") && has_text(bytes, 8, "WEBP");
}

PictureInfo probe_webp(std::span<const uint8_t> bytes) {
  const Container container(bytes);
  return {Format::webp, container.width(), container.height(), orientation_of(container.chunk("EXIF"))};
}

Stored decode_webp(std::span<const uint8_t> bytes, const PictureInfo& info, const DecodeOptions&) {
  const Container container(bytes);
  const WebPIterator& frame = container.frame();
  require<FormatError>(frame.x_offset >= 0 && frame.y_offset >= 0 && frame.width > 0 && frame.height > 0 &&
                           frame.width <= info.width - frame.x_offset &&
                           frame.height <= info.height - frame.y_offset,
                       kWhere, "the frame lies outside the picture");
  // What the first frame of an animation does not cover is transparent.
  const bool covers = frame.width == info.width && frame.height == info.height;
  std::vector<uint8_t> rgba = covers
                                  ? missing_rgba(info.width, info.height)
                                  : std::vector<uint8_t>(static_cast<size_t>(info.width) * info.height * 4);
  Stored stored{.missing = decode_frame(frame, rgba, info.width), .profile = container.chunk("ICCP")};
  stored.picture = over_white(rgba, info.width, info.height);
  return stored;
}

}  // namespace

const Codec kWebpCodec{Format::webp, "WebP", "image/webp", recognizes_webp, probe_webp, decode_webp};

}  // namespace margay::image
