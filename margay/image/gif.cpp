// Decodes the first frame of a GIF through giflib.
#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "margay/core/error.h"
#include "margay/image/codec.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.gif";

/// A GIF that is open for reading, positioned at the pixels of its first frame.
class Reader {
 public:
  explicit Reader(std::span<const uint8_t> bytes) : rest_(bytes) {
    int error = 0;
    file_.reset(DGifOpen(this, read_bytes, &error));
    check(file_ != nullptr, error);
    GifRecordType record = UNDEFINED_RECORD_TYPE;
    while (record != IMAGE_DESC_RECORD_TYPE) {
      check(DGifGetRecordType(file_.get(), &record) == GIF_OK, file_->Error);
      require<FormatError>(record != TERMINATE_RECORD_TYPE, kWhere, "there is no frame in it");
      if (record == EXTENSION_RECORD_TYPE) read_extension();
    }
    check(DGifGetImageDesc(file_.get()) == GIF_OK, file_->Error);
    require<FormatError>(frame().Width > 0 && frame().Height > 0, kWhere,
                         fmt::format("the frame has {} x {} pixels", frame().Width, frame().Height));
  }

  /// The screen, or more where the frame reaches over it.
  int width() const { return std::max(file_->SWidth, frame().Left + frame().Width); }
  int height() const { return std::max(file_->SHeight, frame().Top + frame().Height); }

  /// Draws the frame; returns what is missing.
  std::string draw(Image& screen) {
    const ColorMapObject* colors = frame().ColorMap != nullptr ? frame().ColorMap : file_->SColorMap;
    require<FormatError>(colors != nullptr, kWhere, "there is no colour table");
    std::vector<GifPixelType> line(static_cast<size_t>(frame().Width));
    const std::vector<int> order = line_order();
    for (size_t i = 0; i < order.size(); ++i) {
      uint8_t* row = screen.pixels.data() +
                     (static_cast<size_t>(frame().Top + order[i]) * screen.width + frame().Left) * 3;
      if (DGifGetLine(file_.get(), line.data(), frame().Width) == GIF_OK) {
        draw_line(line, *colors, row);
        continue;
      }
      check(cut_, file_->Error);
      for (size_t left = i; left < order.size(); ++left)
        std::memset(screen.pixels.data() +
                        (static_cast<size_t>(frame().Top + order[left]) * screen.width + frame().Left) * 3,
                    kMissingPixel, line.size() * 3);
      return missing_rows(static_cast<int>(i), frame().Height, kWhere);
    }
    return {};
  }

 private:
  struct Close {
    void operator()(GifFileType* file) const { DGifCloseFile(file, nullptr); }
  };

  const GifImageDesc& frame() const { return file_->Image; }

  void check(bool good, int error) const {
    if (good) return;
    const char* text = GifErrorString(error);
    throw FormatError(kWhere, cut_              ? "the file is truncated: it ends before its pixels begin"
                              : text != nullptr ? text
                                                : "it cannot be read");
  }

  void read_extension() {
    int code = 0;
    GifByteType* block = nullptr;
    check(DGifGetExtension(file_.get(), &code, &block) == GIF_OK, file_->Error);
    while (block != nullptr) {
      GraphicsControlBlock control;
      if (code == GRAPHICS_EXT_FUNC_CODE && DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK)
        transparent_ = control.TransparentColor;
      check(DGifGetExtensionNext(file_.get(), &block) == GIF_OK, file_->Error);
    }
  }

  /// Interlaced frames store every eighth line first.
  std::vector<int> line_order() const {
    struct Pass {
      int first, step;
    };
    constexpr std::array<Pass, 4> interlaced{{{0, 8}, {4, 8}, {2, 4}, {1, 2}}};
    std::vector<int> order;
    for (const Pass& pass : interlaced) {
      const int first = frame().Interlace ? pass.first : 0, step = frame().Interlace ? pass.step : 1;
      for (int y = first; y < frame().Height; y += step) order.push_back(y);
      if (!frame().Interlace) break;
    }
    return order;
  }

  void draw_line(const std::vector<GifPixelType>& line, const ColorMapObject& colors, uint8_t* row) const {
    for (size_t x = 0; x < line.size(); ++x) {
      if (line[x] == transparent_) continue;
      // Pixels of no colour are black, as everywhere.
      const GifColorType color = line[x] < colors.ColorCount ? colors.Colors[line[x]] : GifColorType{};
      row[3 * x] = color.Red, row[3 * x + 1] = color.Green, row[3 * x + 2] = color.Blue;
    }
  }

  static int read_bytes(GifFileType* file, GifByteType* out, int size) {
    auto& self = *static_cast<Reader*>(file->UserData);
    const size_t count = std::min(static_cast<size_t>(size), self.rest_.size());
    self.cut_ = self.cut_ || count < static_cast<size_t>(size);
    std::memcpy(out, self.rest_.data(), count);
    self.rest_ = self.rest_.subspan(count);
    return static_cast<int>(count);
  }

  std::span<const uint8_t> rest_;
  std::unique_ptr<GifFileType, Close> file_;
  int transparent_ = NO_TRANSPARENT_COLOR;
  bool cut_ = false;
};

bool recognizes_gif(std::span<const uint8_t> bytes) {
  return has_text(bytes, 0, "GIF87a") || has_text(bytes, 0, "GIF89a");
}

PictureInfo probe_gif(std::span<const uint8_t> bytes) {
  const Reader reader(bytes);
  return {Format::gif, reader.width(), reader.height()};
}

Stored decode_gif(std::span<const uint8_t> bytes, const PictureInfo& info, const DecodeOptions&) {
  Reader reader(bytes);
  Stored stored{.picture = Image(info.width, info.height)};
  std::fill(stored.picture.pixels.begin(), stored.picture.pixels.end(), uint8_t{255});
  stored.missing = reader.draw(stored.picture);
  return stored;
}

}  // namespace

const Codec kGifCodec{Format::gif, "GIF", "image/gif", recognizes_gif, probe_gif, decode_gif};

}  // namespace margay::image
