// Files that people and enemies put where pictures belong, and what margay makes of each.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/random.h"

namespace margay::test {

using Bytes = std::vector<uint8_t>;

/// What becomes of a file.
enum class Fate { skipped, partial, whole };

struct HostileFile {
  std::string name;  ///< of the file
  Bytes bytes;
  Fate fate = Fate::skipped;
  std::string says;  ///< part of the reason or note
};

inline Bytes sample_file(const std::string& name) {
  return read_file(std::filesystem::path(MARGAY_TEST_FOLDER) / "image" / "data" / name);
}

/// One small file of every format and kind, by the names of tests/image/data.
inline const std::vector<std::string>& sample_names() {
  static const std::vector<std::string> names{
      "jpeg_420.jpg",          "jpeg_progressive.jpg", "jpeg_gray.jpg",      "jpeg_cmyk.jpg",
      "wide_jpeg.jpg",         "source.png",           "png_interlaced.png", "png_rgba.png",
      "png_palette.png",       "wide_png.png",         "webp_lossy.webp",    "webp_rgba.webp",
      "webp_turned.webp",      "webp_animated.webp",   "gif_plain.gif",      "gif_interlaced.gif",
      "gif_animated.gif",      "bmp_rgb.bmp",          "bmp_palette.bmp",    "tiff_rgb.tif",
      "tiff_palette.tif",      "tiff_rgba.tif",        "wide_tiff.tif",      "tiff_infrared.tif",
      "tiff_gray_alpha16.tif", "tiff_float.tif",       "tiff_tiles.tif",     "tiff_12_bits.tif",
      "bmp_top_down.bmp",      "bmp_alpha.bmp",        "bmp_rle8.bmp",       "bmp_rle4.bmp",
      "jpeg2000.jp2",          "jpeg2000_lossy.j2k",   "pam_alpha.pam",      "pnm_text.ppm",
      "pnm_bits.pbm",          "tga_runs.tga",         "tga_alpha.tga"};
  return names;
}

inline Bytes text_bytes(std::string_view text) {
  return Bytes(text.begin(), text.end());
}

inline Bytes first_part(Bytes bytes, double share) {
  bytes.resize(static_cast<size_t>(static_cast<double>(bytes.size()) * share));
  return bytes;
}

inline Bytes patched(Bytes bytes, size_t at, const Bytes& patch) {
  std::copy(patch.begin(), patch.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
  return bytes;
}

inline size_t find_marker(const Bytes& bytes, uint8_t marker) {
  for (size_t i = 0; i + 1 < bytes.size(); ++i)
    if (bytes[i] == 0xFF && bytes[i + 1] == marker) return i;
  throw std::runtime_error("no such marker");
}

/// A PNG whose header says so, with a right checksum.
inline Bytes png_of_size(uint32_t width, uint32_t height) {
  Bytes bytes = sample_file("source.png");
  for (int i = 0; i < 4; ++i) {
    bytes[16 + i] = static_cast<uint8_t>(width >> (24 - 8 * i));
    bytes[20 + i] = static_cast<uint8_t>(height >> (24 - 8 * i));
  }
  uint32_t crc = 0xFFFFFFFFu;
  for (size_t i = 12; i < 29; ++i) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
  }
  crc = ~crc;
  return patched(bytes, 29,
                 {static_cast<uint8_t>(crc >> 24), static_cast<uint8_t>(crc >> 16),
                  static_cast<uint8_t>(crc >> 8), static_cast<uint8_t>(crc)});
}

inline Bytes random_bytes(size_t count, uint64_t key) {
  Random random{key};
  Bytes bytes(count);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.uniform(0, 256));
  return bytes;
}

/// A progressive JPEG that says the same scan again and again.
inline Bytes jpeg_of_scans(int scans) {
  const Bytes bytes = sample_file("jpeg_progressive.jpg");
  const size_t first = find_marker(bytes, 0xDA);
  const size_t second = first + 2 + find_marker(Bytes(bytes.begin() + first + 2, bytes.end()), 0xC4);
  Bytes many(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(second));
  for (int i = 0; i < scans; ++i) many.insert(many.end(), bytes.begin() + first, bytes.begin() + second);
  many.insert(many.end(), bytes.begin() + second, bytes.end());
  return many;
}

/// A palette that is shorter than what its pixels ask for, and the like.
inline Bytes with_bytes_flipped(Bytes bytes, size_t from, size_t count) {
  for (size_t i = from; i < std::min(bytes.size(), from + count); ++i) bytes[i] ^= 0xFF;
  return bytes;
}

inline std::vector<HostileFile> hostile_files() {
  const Bytes jpeg = sample_file("jpeg_444.jpg"), progressive = sample_file("jpeg_progressive.jpg"),
              png = sample_file("source.png"), webp = sample_file("webp_lossy.webp"),
              gif = sample_file("gif_plain.gif"), bmp = sample_file("bmp_rgb.bmp"),
              tiff = sample_file("tiff_rgb.tif"), wide = sample_file("wide_jpeg.jpg"),
              palette = sample_file("bmp_palette.bmp"), gray = sample_file("profile_gray_jpeg.jpg");
  const Bytes jp2 = sample_file("jpeg2000.jp2"), tga = sample_file("tga_alpha.tga");
  constexpr std::string_view image_header = "ihdr";
  const size_t jp2_size = static_cast<size_t>(
      std::search(jp2.begin(), jp2.end(), image_header.begin(), image_header.end()) - jp2.begin() + 4);
  const size_t frame = find_marker(jpeg, 0xC0), scan = find_marker(jpeg, 0xDA);
  Bytes no_frame(jpeg.begin(), jpeg.begin() + static_cast<std::ptrdiff_t>(frame));
  no_frame.insert(no_frame.end(), jpeg.begin() + static_cast<std::ptrdiff_t>(scan), jpeg.end());
  Bytes two_in_one = jpeg;
  two_in_one.insert(two_in_one.end(), png.begin(), png.end());
  const size_t profile = find_marker(wide, 0xE2), gray_profile = find_marker(gray, 0xE2);
  const Fate skipped = Fate::skipped, partial = Fate::partial, whole = Fate::whole;
  std::vector<HostileFile> files{
      {"empty.jpg", {}, skipped, "the file is empty"},
      {"one-byte.jpg", {0xFF}, skipped, "none of"},
      {"zeros.jpg", Bytes(4096), skipped, "zero"},
      {"text.jpg", text_bytes("I am not a picture"), skipped, "none of"},
      {"html.jpg", text_bytes("<html><body>404 Not Found"), skipped, "HTML"},
      {"svg.png", text_bytes("<svg xmlns='http://www.w3.org/2000/svg'/>"), skipped, "SVG"},
      {"pdf.jpg", text_bytes("%PDF-1.4 ..."), skipped, "PDF"},
      {"zip.jpg", text_bytes("PK\x03\x04......"), skipped, "ZIP"},
      {"gzip.jpg", text_bytes("\x1F\x8B......"), skipped, "gzip"},
      {"jpeg-xl.jpg", text_bytes("\xFF\x0A......"), skipped, "JPEG XL"},
      {"exr.tif", text_bytes("v/1\x01......"), skipped, "OpenEXR"},
      {"photoshop.jpg", text_bytes("8BPS......"), skipped, "Photoshop"},
      {"video.jpg",
       text_bytes(std::string_view("\0\0\0\x18"
                                   "ftypmp42....",
                                   16)),
       skipped, "video"},
      {"text-like-bmp.bmp", text_bytes("BM is how this text begins, and it goes on"), skipped, "none of"},
      {"random-1.jpg", random_bytes(1000, 1), skipped, "none of"},
      {"random-2.png", random_bytes(70000, 2), skipped, "none of"},
      {"random-after-start.jpg", patched(random_bytes(5000, 3), 0, {0xFF, 0xD8, 0xFF}), skipped, ""},
      {"start-only.jpg", {0xFF, 0xD8, 0xFF}, skipped, "ends before its pixels begin"},
      {"start-and-end.jpg", {0xFF, 0xD8, 0xFF, 0xD9}, skipped, "ends before its pixels begin"},
      {"segment-too-long.jpg", patched(jpeg, 4, {0xFF, 0xFF}), skipped, "are left in the file"},
      {"segment-of-0.jpg", patched(jpeg, 4, {0, 0}), skipped, "segment E0 has 0 bytes"},
      {"no-rows.jpg", patched(jpeg, frame + 5, {0, 0}), skipped, "31 x 0 pixels"},
      {"no-columns.jpg", patched(jpeg, frame + 7, {0, 0}), skipped, "0 x 23 pixels"},
      {"huge.jpg", patched(jpeg, frame + 5, {0xFF, 0xDC, 0xFF, 0xDC}), skipped,
       "65500 x 65500 pixels, the limit"},
      {"taller-than-its-data.jpg", patched(jpeg, frame + 5, {0, 200}), partial, "of 200 rows"},
      {"12-bits.jpg", patched(jpeg, frame + 4, {12}), skipped, "12 bits per sample"},
      {"2-components.jpg", patched(jpeg, frame + 9, {2}), skipped, "2 colour components"},
      {"lossless.jpg", patched(jpeg, frame, {0xFF, 0xC3}), skipped, "SOF type"},
      {"no-frame.jpg", no_frame, skipped, "no frame header"},
      {"no-tables.jpg", patched(jpeg, find_marker(jpeg, 0xC4), {0xFF, 0xEC}), whole, ""},
      {"no-quantization.jpg", patched(jpeg, find_marker(jpeg, 0xDB), {0xFF, 0xEC}), skipped, "uantization"},
      {"cut.jpg", first_part(jpeg, 0.8), partial, "8 of 23 rows"},
      {"cut-in-header.jpg", first_part(jpeg, 0.3), skipped, "are left in the file"},
      {"cut-progressive.jpg", first_part(progressive, 0.97), partial, "before its last scan"},
      {"501-scans.jpg", jpeg_of_scans(501), skipped, "more than 500 scans"},
      {"broken-profile.jpg", with_bytes_flipped(wide, profile + 18, 200), whole, "profile is broken"},
      {"cmyk-profile.jpg", patched(wide, profile + 18 + 16, text_bytes("CMYK")), whole, "not made for RGB"},
      {"gray-profile.jpg", patched(wide, profile + 18 + 16, text_bytes("GRAY")), whole, "not made for RGB"},
      {"gray-with-rgb-profile.jpg", patched(gray, gray_profile + 18 + 16, text_bytes("RGB ")), whole,
       "not made for gray"},
      {"gray-with-broken-profile.jpg", with_bytes_flipped(gray, gray_profile + 18, 200), whole,
       "profile is broken"},
      {"empty-profile.jpg", patched(wide, profile + 18, Bytes(300)), whole, "profile is broken"},
      {"two-in-one.jpg", two_in_one, whole, ""},
      {"png-named.jpg", png, whole, ""},
      {"jpeg-named.png", jpeg, whole, ""},
      {"webp-named.gif", webp, whole, ""},
      {"signature-only.png", first_part(png, 8.5 / static_cast<double>(png.size())), skipped, "truncated"},
      {"header-only.png", Bytes(png.begin(), png.begin() + 33), skipped, "truncated"},
      {"broken-checksum.png", with_bytes_flipped(png, png.size() / 2, 1), skipped, ""},
      {"no-columns.png", png_of_size(0, 5), skipped, ""},
      {"100000x100000.png", png_of_size(100000, 100000), skipped, "100000 x 100000 pixels, the limit"},
      {"2-billion-columns.png", png_of_size(0x7FFFFFFF, 1), skipped, ""},
      {"taller-than-its-data.png", png_of_size(31, 24), skipped, ""},
      {"cut.png", first_part(png, 0.8), partial, "of 23 rows"},
      {"cut-interlaced.png", first_part(sample_file("png_interlaced.png"), 0.6), partial,
       "before its last pass"},
      {"start-only.webp", text_bytes(std::string_view("RIFF\xFF\0\0\0WEBPVP8 ", 16)), skipped, ""},
      {"wrong-chunk.webp", text_bytes("RIFF....WEBPVP8 ........................"), skipped, ""},
      {"cut.webp", first_part(webp, 0.95), partial, "of 23 rows"},
      {"cut-early.webp", first_part(webp, 0.2), skipped, "truncated"},
      {"noise-inside.webp", with_bytes_flipped(sample_file("webp_rgba.webp"), 40, 60), skipped, ""},
      {"start-only.gif", text_bytes("GIF89a"), skipped, "truncated"},
      {"no-frame.gif", patched(first_part(gif, 0.2), 61, {0x3B}), skipped, ""},
      {"huge-screen.gif", patched(gif, 6, {0xFF, 0xFF, 0xFF, 0xFF}), skipped,
       "65535 x 65535 pixels, the limit"},
      {"cut.gif", first_part(gif, 0.99), partial, "of 23 rows"},
      {"start-only.bmp", first_part(bmp, 0.02), skipped, ""},
      {"100000x100000.bmp", patched(bmp, 18, {0xA0, 0x86, 1, 0, 0xA0, 0x86, 1, 0}), skipped, "limit"},
      {"negative-width.bmp", patched(bmp, 18, {0xFF, 0xFF, 0xFF, 0xFF}), skipped, ""},
      {"7-bits.bmp", patched(bmp, 28, {7, 0}), skipped, ""},
      {"rle24.bmp", patched(patched(bmp, 14, {64}), 30, {4, 0, 0, 0}), skipped, "run-length encoded (RLE24)"},
      {"rle4-of-8-bits.bmp", patched(palette, 30, {2, 0, 0, 0}), skipped,
       "8 bits per pixel in runs, expected 4"},
      {"jpeg-inside.bmp", patched(palette, 30, {4, 0, 0, 0}), skipped, "are a JPEG, which is not supported"},
      {"cut.bmp", first_part(bmp, 0.5), partial, "of 23 rows"},
      {"cut-in-header.bmp", first_part(bmp, 0.01), skipped, ""},
      {"cut-rle8.bmp", first_part(sample_file("bmp_rle8.bmp"), 0.7), partial, "of 23 rows"},
      {"masks-of-holes.bmp", patched(sample_file("bmp_alpha.bmp"), 54, {0x55, 0x55, 0, 0}), skipped,
       "the mask 00005555"},
      {"header-of-77-bytes.bmp", patched(bmp, 14, {77}), skipped, "a header of 77 bytes"},
      {"lowest-height.bmp", patched(bmp, 22, {0, 0, 0, 0x80}), skipped, ""},
      {"start-only.jp2", first_part(jp2, 0.1), skipped, ""},
      {"cut.jp2", first_part(jp2, 0.8), partial, "truncated"},
      {"100000x100000.jp2", patched(jp2, jp2_size, {0, 1, 0x86, 0xA0, 0, 1, 0x86, 0xA0}), skipped, ""},
      {"text-like-pnm.ppm", text_bytes("P3 is how this text begins, and it goes on"), skipped, "none of"},
      {"start-only.ppm", text_bytes("P6\n31"), skipped, "none of"},
      {"header-only.ppm", text_bytes("P6\n31 23\n255\n"), skipped, "ends before its pixels begin"},
      {"no-width.pgm", text_bytes("P5\n-31 23\n255\n...."), skipped, "none of"},
      {"no-rows.pgm", text_bytes("P5\n31 0\n255\n...."), skipped, "the height is '0'"},
      {"100000x100000.pgm", text_bytes("P5\n100000 100000\n255\n...."), skipped,
       "100000 x 100000 pixels, the limit"},
      {"largest-99999.pgm", text_bytes("P5\n31 23\n99999\n...."), skipped, "expected at most 65535"},
      {"letters.ppm", text_bytes("P3\n1 1\n255\n1 2 three"), skipped, "a sample is 'three'"},
      {"nine-samples.pam", text_bytes("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 9\nMAXVAL 1\nENDHDR\n123456789"), whole,
       "what its 9 samples are is not known"},
      {"no-end.pam", text_bytes("P7\nWIDTH 1\nHEIGHT 1\n"), skipped, "ends inside its header"},
      {"cut.pam", first_part(sample_file("pam_alpha.pam"), 0.5), partial, "of 23 rows"},
      {"cut.tga", first_part(sample_file("tga_runs.tga"), 0.7), partial, "of 23 rows"},
      {"header-only.tga", first_part(tga, 0.006), skipped, ""},
      {"5-bits.tga", patched(tga, 16, {5}), skipped, "none of"},
      {"start-only.tif", text_bytes(std::string_view("II*\0\x08\0\0\0", 8)), skipped, ""},
      {"directory-outside.tif", patched(tiff, 4, {0xFF, 0xFF, 0xFF, 0x7F}), skipped, ""},
      {"cut.tif", first_part(tiff, 0.5), skipped, ""},
      {"old-heif.heic",
       text_bytes(std::string_view("\0\0\0\x18"
                                   "ftypheic\0\0\0\0mif1heic",
                                   24)),
       skipped, ""},
      {"empty.avif",
       text_bytes(std::string_view("\0\0\0\x18"
                                   "ftypavif\0\0\0\0mif1avif",
                                   24)),
       skipped, ""}};
  return files;
}

}  // namespace margay::test
