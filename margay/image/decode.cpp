// Finds the format by the first bytes, hands over to its codec, and finishes what comes back.
#include "margay/image/decode.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <utility>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/option_text.h"
#include "margay/image/codec.h"
#include "margay/image/color_profile.h"
#include "margay/image/orientation.h"
#include "margay/image/pixel_share.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.decode";
constexpr std::string_view kFormats = "JPEG, PNG, WebP, GIF, BMP, TIFF, HEIF, AVIF, JPEG 2000, PNM or TGA";

constexpr double kMillion = 1e6;
constexpr double kMostMegapixels = 10000;

/// The weaker its signature, the later a format is asked.
constexpr std::array kCodecs{&kJpegCodec, &kPngCodec,  &kWebpCodec,     &kGifCodec, &kBmpCodec, &kTiffCodec,
                             &kHeifCodec, &kAvifCodec, &kJpeg2000Codec, &kPnmCodec, &kTgaCodec};

const Codec& codec_of(Format format) {
  return **std::ranges::find(kCodecs, format, &Codec::format);
}

const Codec* find_codec(std::span<const uint8_t> bytes) {
  const auto found =
      std::ranges::find_if(kCodecs, [&](const Codec* codec) { return codec->recognizes(bytes); });
  return found == kCodecs.end() ? nullptr : *found;
}

/// What margay does not read gets a name in the message, since such files often bear a wrong one.
std::string describe(std::span<const uint8_t> bytes) {
  if (bytes.empty()) return "the file is empty";
  if (std::ranges::all_of(bytes, [](uint8_t byte) { return byte == 0; }))
    return fmt::format("all of its {} bytes are zero", bytes.size());
  constexpr std::pair<std::string_view, std::string_view> kStarts[] = {
      {"%PDF", "PDF"},        {"PK\x03\x04", "ZIP"},    {"8BPS", "Photoshop"},
      {"\x1F\x8B", "gzip"},   {"\xFF\x0A", "JPEG XL"},  {{"\0\0\0\x0CJXL ", 8}, "JPEG XL"},
      {"v/1\x01", "OpenEXR"}, {"Pf\n", "PFM"},          {"PF\n", "PFM"},
      {"%!PS", "PostScript"}, {"<", "HTML, SVG or XML"}};
  for (const auto& [start, name] : kStarts)
    if (has_text(bytes, 0, start)) return fmt::format("the bytes are {}, expected {}", name, kFormats);
  if (has_text(bytes, 4, "ftyp")) return fmt::format("the bytes are a video, expected {}", kFormats);
  return fmt::format("the bytes are none of {}", kFormats);
}

const Codec& require_codec(std::span<const uint8_t> bytes) {
  const Codec* codec = find_codec(bytes);
  if (codec == nullptr) throw FormatError(kWhere, describe(bytes));
  return *codec;
}

void append_note(std::string& note, const std::string& more) {
  if (!note.empty() && !more.empty()) note += "; ";
  note += more;
}

/// The words are made where they are needed alone: this is asked of every picture.
void require_few_pixels(const PictureInfo& info, uint64_t most) {
  if (static_cast<uint64_t>(info.width) * static_cast<uint64_t>(info.height) <= most) return;
  throw FormatError(
      kWhere, fmt::format("the header says {} x {} pixels, the limit is {} megapixels ({})", info.width,
                          info.height, static_cast<double>(most) / kMillion, option_text("max_megapixels")));
}

/// The picture without what rounding up added when it was scaled while decoding.
Box shown_part(const Stored& stored, const PictureInfo& info) {
  return {0, 0, static_cast<double>(info.width) / stored.reduction,
          static_cast<double>(info.height) / stored.reduction};
}

}  // namespace

bool has_text(std::span<const uint8_t> bytes, size_t offset, std::string_view text) {
  return bytes.size() >= offset && bytes.size() - offset >= text.size() &&
         std::equal(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                    [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; });
}

std::string missing_rows(int rows_there, int rows, std::string_view where) {
  if (rows_there >= rows) return {};
  require<FormatError>(rows_there > 0, where, "the file is truncated: it ends before its pixels begin");
  return fmt::format("the file is truncated: it has {} of {} rows of pixels", rows_there, rows);
}

std::vector<uint8_t> missing_rgba(int width, int height) {
  std::vector<uint8_t> rgba(static_cast<size_t>(width) * height * 4, kMissingPixel);
  for (size_t i = 3; i < rgba.size(); i += 4) rgba[i] = 255;
  return rgba;
}

std::span<uint8_t> rows_there(std::vector<uint8_t>& rgba, int width, int rows, bool top_down) {
  const size_t bytes = static_cast<size_t>(width) * static_cast<size_t>(rows) * 4;
  return top_down ? std::span(rgba).first(bytes) : std::span(rgba).last(bytes);
}

void forget_alpha_of_nothing(std::span<uint8_t> rgba) {
  for (size_t i = 3; i < rgba.size(); i += 4)
    if (rgba[i] != 0) return;
  for (size_t i = 3; i < rgba.size(); i += 4) rgba[i] = 255;
}

Image over_white(std::span<const uint8_t> rgba, int width, int height, AlphaMode mode) {
  Image picture(width, height);
  const size_t pixels = rgba.size() / 4;
  for (size_t i = 0; i < pixels; ++i) {
    uint8_t* const rgb = picture.pixels.data() + 3 * i;
    const unsigned alpha = rgba[4 * i + 3];
    for (size_t c = 0; c < 3; ++c) rgb[c] = rgba[4 * i + c];
    if (mode == AlphaMode::straight) {
      lay_over_white(rgb, alpha);
    } else {
      for (size_t c = 0; c < 3; ++c) rgb[c] = static_cast<uint8_t>(std::min(255u, rgb[c] + 255 - alpha));
    }
  }
  return picture;
}

uint64_t pixels_of_megapixels(const std::string& megapixels, std::string_view name) {
  char* end = nullptr;
  const double number = std::strtod(megapixels.c_str(), &end);
  require(
      *end == '\0' && number > 0 && number <= kMostMegapixels, kWhere,
      fmt::format("{} is '{}', expected a number above 0 and up to {}", name, megapixels, kMostMegapixels));
  return static_cast<uint64_t>(number * kMillion);
}

uint64_t default_max_pixels() {
  constexpr uint64_t of_every_phone = 250'000'000;
  const char* const text = std::getenv("MARGAY_MAX_MEGAPIXELS");
  if (text == nullptr || *text == '\0') return of_every_phone;
  return pixels_of_megapixels(text, "MARGAY_MAX_MEGAPIXELS");
}

std::string_view name_of(Format format) {
  return codec_of(format).name;
}

std::string_view media_type_of(Format format) {
  return codec_of(format).media_type;
}

std::optional<Format> sniff_format(std::span<const uint8_t> bytes) {
  const Codec* codec = find_codec(bytes);
  return codec == nullptr ? std::nullopt : std::optional(codec->format);
}

PictureInfo probe(std::span<const uint8_t> bytes) {
  return require_codec(bytes).probe(bytes);
}

Decoded decode_with_facts(std::span<const uint8_t> bytes, const DecodeOptions& options) {
  if (bytes.size() > options.max_file_bytes)
    throw FormatError(kWhere, fmt::format("{} bytes, the limit is {}", bytes.size(), options.max_file_bytes));
  const Codec& codec = require_codec(bytes);
  Decoded decoded{.info = codec.probe(bytes)};
  const PictureInfo& info = decoded.info;
  require_few_pixels(info, options.max_pixels);
  Stored stored = codec.decode(bytes, info, options);
  const ProfileResult profile = convert_to_srgb(stored.picture, stored.profile, stored.colors);
  decoded.profile = profile.use;
  decoded.partial = !stored.missing.empty();
  decoded.note = stored.missing;
  append_note(decoded.note, profile.note);
  append_note(decoded.note, stored.note);
  const int orientation = options.apply_orientation ? info.orientation : 1;
  decoded.box = oriented(shown_part(stored, info), stored.picture, orientation);
  decoded.picture = oriented(std::move(stored.picture), orientation);
  return decoded;
}

Image decode(std::span<const uint8_t> bytes, const DecodeOptions& options) {
  return decode_with_facts(bytes, options).picture;
}

Image decode_file(const std::filesystem::path& path, const DecodeOptions& options) {
  const std::vector<uint8_t> bytes = read_file(path, options.max_file_bytes);
  try {
    const PixelShare share(probe(bytes));
    return decode(bytes, options);
  } catch (const FormatError& error) {
    throw FormatError(kWhere, fmt::format("{}: {}", path.string(), reason_of(error)));
  }
}

}  // namespace margay::image
