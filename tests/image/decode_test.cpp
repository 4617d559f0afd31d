// Decoding against Pillow; what no picture is stands in hostile_test.cpp.
#include "margay/image/decode.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/sha256.h"
#include "margay/image/encode.h"
#include "tests/image/golden.h"
#include "tests/support/hostile_files.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::image;
using margay::test::Bytes;
using margay::test::find_marker;
using margay::test::golden;
using margay::test::golden_path;
using margay::test::largest_difference;

namespace {

Bytes file(const std::string& name) {
  return read_file(golden_path(name));
}

/// What decoding says about these bytes; empty when it says nothing.
std::string complaint(const Bytes& bytes, const DecodeOptions& options = {}) {
  try {
    decode(bytes, options);
    return "";
  } catch (const FormatError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a plain PNG decodes to exactly its pixels") {
  const Image picture = decode_file(golden_path("source.png"));
  CHECK(picture.width == 31);
  CHECK(picture.height == 23);
  // hashlib.sha256(Image.open("source.png").tobytes()) in Pillow.
  CHECK(sha256_hex(picture.pixels) == "cb4e1f1fa174aa565a9fa6c514c0fe0bdc7fc05ab7b032a10f4db31376262810");
}

TEST_CASE("every kind of picture decodes as Pillow decodes it") {
  struct Row {
    const char* name;
    const char* extension;
    int tolerance;
  };
  const Row rows[] = {
      {"jpeg_444", "jpg", 0},
      {"jpeg_420", "jpg", 0},
      {"jpeg_422", "jpg", 0},
      {"jpeg_progressive", "jpg", 0},
      {"jpeg_gray", "jpg", 0},
      {"jpeg_cmyk", "jpg", 0},
      {"jpeg_turned", "jpg", 0},
      {"png_gray", "png", 0},
      {"png_bilevel", "png", 0},
      {"png_palette", "png", 0},
      {"png_palette_transparent", "png", 0},
      {"png_rgba", "png", 1},
      {"png_gray_alpha", "png", 1},
      {"png_interlaced", "png", 0},
      {"png_rgb16", "png", 1},
      {"jpeg_ycck", "jpg", 0},
      {"webp_lossy", "webp", 0},
      {"webp_rgba", "webp", 1},
      {"webp_animated", "webp", 0},
      {"webp_turned", "webp", 0},
      {"gif_plain", "gif", 0},
      {"gif_interlaced", "gif", 0},
      {"gif_transparent", "gif", 0},
      {"gif_animated", "gif", 0},
      {"bmp_rgb", "bmp", 0},
      {"bmp_palette", "bmp", 0},
      {"bmp_bilevel", "bmp", 0},
      {"tiff_rgb", "tif", 0},
      {"tiff_palette", "tif", 0},
      {"tiff_gray", "tif", 0},
      {"tiff_bilevel", "tif", 0},
      {"tiff_rgba", "tif", 2},
      {"tiff_gray16", "tif", 1},
      {"wide_jpeg", "jpg", 1},
      {"wide_png", "png", 1},
      {"wide_webp", "webp", 1},
      {"wide_tiff", "tif", 1},
      {"srgb_jpeg", "jpg", 0},
      {"profile_gray_jpeg", "jpg", 1},
      {"profile_gray_png", "png", 1},
      {"profile_gray_tiff", "tif", 1},
      {"tiff_infrared", "tif", 0},
      {"tiff_gray_alpha", "tif", 1},
      {"tiff_gray_alpha16", "tif", 1},
      {"tiff_associated", "tif", 2},
      {"tiff_float", "tif", 0},
      {"tiff_tiles", "tif", 0},
      {"tiff_12_bits", "tif", 0},
      {"bmp_top_down", "bmp", 0},
      {"bmp_alpha", "bmp", 1},
      {"bmp_rle8", "bmp", 0},
      {"bmp_rle4", "bmp", 0},
      {"jpeg_cmyk_without_adobe", "jpg", 0},
      {"jpeg2000", "jp2", 0},
      {"jpeg2000_lossy", "j2k", 0},
      {"pam_alpha", "pam", 1},
      {"pnm_text", "ppm", 0},
      {"pnm_bits", "pbm", 0},
      {"tga_runs", "tga", 0},
      {"tga_alpha", "tga", 1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Image picture = decode_file(golden_path(std::string(row.name) + "." + row.extension));
    CHECK(largest_difference(picture, golden(row.name)) <= row.tolerance);
  }
}

TEST_CASE("all eight orientations show the same picture") {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    CAPTURE(orientation);
    const Bytes bytes = file("orientation_" + std::to_string(orientation) + ".png");
    CHECK(decode(bytes) == golden("orientation"));
    const PictureInfo info = probe(bytes);
    CHECK(info.orientation == orientation);
    const Image stored = decode(bytes, {.apply_orientation = false});
    CHECK(stored.width == info.width);
    CHECK(stored.width == (orientation >= 5 ? 5 : 7));
  }
}

TEST_CASE("probing reads the header only") {
  Bytes bytes = file("jpeg_turned.jpg");
  bytes.resize(find_marker(bytes, 0xDA) + 2);
  const PictureInfo info = probe(bytes);
  CHECK(info.format == Format::jpeg);
  CHECK(info.width == 31);
  CHECK(info.height == 23);
  CHECK(info.orientation == 6);
  CHECK(probe(file("source.png")).format == Format::png);
}

TEST_CASE("the format is found by content") {
  CHECK(sniff_format(file("source.png")) == Format::png);
  CHECK(sniff_format(file("jpeg_444.jpg")) == Format::jpeg);
  CHECK_FALSE(sniff_format(Bytes{0xFF, 0xD8}).has_value());
  CHECK_FALSE(sniff_format(Bytes{}).has_value());
}

TEST_CASE("what is there of a file that ends early is used and counted") {
  struct Row {
    const char* name;
    double share;  ///< of the bytes that are kept
    const char* says;
    int good_rows;  ///< at the top, bit for bit as in the whole picture
  };
  const Row rows[] = {
      {"jpeg_444.jpg", 0.8, "8 of 23 rows", 7},
      {"jpeg_gray.jpg", 0.85, "of 23 rows", 7},
      {"jpeg_cmyk.jpg", 0.8, "of 23 rows", 7},
      {"jpeg_progressive.jpg", 0.97, "ends before its last scan", 0},
      {"source.png", 0.8, "of 23 rows", 6},
      {"png_rgba.png", 0.8, "of 23 rows", 6},
      {"png_interlaced.png", 0.6, "ends before its last pass", 0},
      {"webp_lossy.webp", 0.95, "of 23 rows", 0},
      {"webp_rgba.webp", 0.8, "of 23 rows", 4},
      {"gif_plain.gif", 0.99, "of 23 rows", 9},
      {"gif_interlaced.gif", 0.99, "of 23 rows", 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Bytes bytes = file(row.name);
    const Image complete = decode(bytes);
    Bytes cut = bytes;
    cut.resize(static_cast<size_t>(static_cast<double>(bytes.size()) * row.share));
    const Decoded decoded = decode_with_facts(cut);
    CHECK(decoded.partial);
    CAPTURE(decoded.note);
    CHECK(decoded.note.find("the file is truncated") == 0);
    CHECK(decoded.note.find(row.says) != std::string::npos);
    CHECK(decoded.picture.height == complete.height);
    const auto top = static_cast<std::ptrdiff_t>(row.good_rows * complete.width * 3);
    CHECK(std::equal(complete.pixels.begin(), complete.pixels.begin() + top, decoded.picture.pixels.begin()));
    CHECK_FALSE(decode_with_facts(bytes).partial);
  }
}

TEST_CASE("the missing rows of a BMP are those at the top") {
  const Bytes bytes = file("bmp_rgb.bmp");
  const Image complete = decode(bytes);
  Bytes cut = bytes;
  cut.resize(bytes.size() - 4 * 96);  // 31 pixels and padding
  const Image picture = decode(cut);
  const std::ptrdiff_t edge = 4 * 31 * 3;
  CHECK(std::all_of(picture.pixels.begin(), picture.pixels.begin() + edge, [](int v) { return v == 128; }));
  CHECK(std::equal(picture.pixels.begin() + edge, picture.pixels.end(), complete.pixels.begin() + edge));
}

TEST_CASE("a file that ends before its first row of pixels is broken") {
  for (const char* name : {"jpeg_420.jpg", "jpeg_progressive.jpg"}) {
    Bytes cut = file(name);
    cut.resize(find_marker(cut, 0xDA) + 20);
    CAPTURE(name);
    CHECK(complaint(cut).find("ends before its pixels begin") != std::string::npos);
  }
  Bytes png = file("source.png");
  png.resize(60);
  CHECK(complaint(png).find("ends before its pixels begin") != std::string::npos);
}

TEST_CASE("the last marker of a JPEG holds no pixels") {
  Bytes cut = file("jpeg_420.jpg");
  const Image complete = decode(cut);
  cut.resize(cut.size() - 2);
  const Decoded decoded = decode_with_facts(cut);
  CHECK_FALSE(decoded.partial);
  CHECK(decoded.picture == complete);
}

TEST_CASE("a JPEG whose middle is missing is used in part though it has an end") {
  Bytes bytes = file("jpeg_444.jpg");
  bytes.erase(bytes.end() - 200, bytes.end() - 2);
  const Decoded decoded = decode_with_facts(bytes);
  CHECK(decoded.partial);
  CHECK(decoded.note.find("rows of pixels") != std::string::npos);
}

TEST_CASE("stray bytes around a JPEG do not matter") {
  Bytes bytes = file("jpeg_420.jpg");
  const Image picture = decode(bytes);
  Bytes trailing = bytes;
  trailing.insert(trailing.end(), 1000, 0x20);
  CHECK(decode(trailing) == picture);
  Bytes between(bytes.begin(), bytes.begin() + 20);  // up to the end of the JFIF segment
  for (const uint8_t stray : {0x00, 0x12, 0x34}) between.push_back(stray);
  between.insert(between.end(), bytes.begin() + 20, bytes.end());
  CHECK(decode(between) == picture);
}

TEST_CASE("limits hold before memory is taken") {
  const Bytes bytes = file("source.png");
  CHECK(complaint(bytes, {.max_pixels = 31 * 23}).empty());
  CHECK(complaint(bytes, {.max_pixels = 31 * 23 - 1}).find("31 x 23") != std::string::npos);
  CHECK(complaint(bytes, {.max_file_bytes = 10}).find("the limit is 10") != std::string::npos);
}

TEST_CASE("the limit of pixels can be set for a whole process") {
  const Bytes bytes = file("source.png");
  setenv("MARGAY_MAX_MEGAPIXELS", "0.0007", 1);
  CHECK(complaint(bytes).find("the limit is 0.0007 megapixels (`max_megapixels`)") != std::string::npos);
  setenv("MARGAY_MAX_MEGAPIXELS", "0.001", 1);
  CHECK(complaint(bytes).empty());
  for (const char* nonsense : {"-1", "0", "nan", "many", "10MB", "1e9"}) {
    CAPTURE(nonsense);
    setenv("MARGAY_MAX_MEGAPIXELS", nonsense, 1);
    CHECK_THROWS_WITH_AS(default_max_pixels(), doctest::Contains("MARGAY_MAX_MEGAPIXELS"), UsageError);
  }
  unsetenv("MARGAY_MAX_MEGAPIXELS");
  CHECK(default_max_pixels() == 250'000'000);
}

TEST_CASE("errors of files name the file") {
  const margay::test::TemporaryFolder folder;
  write_file_atomically(folder / "broken.jpg", std::string_view("nothing"));
  CHECK_THROWS_WITH_AS(decode_file(folder / "broken.jpg"), doctest::Contains("broken.jpg"), FormatError);
  CHECK_THROWS_WITH_AS(decode_file(folder / "absent.jpg"), doctest::Contains("absent.jpg"), IoError);
  CHECK_THROWS_AS(decode_file(folder.path()), IoError);
}
