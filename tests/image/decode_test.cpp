// Decoding against Pillow, and a table of files that are no pictures.
#include "margay/image/decode.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/sha256.h"
#include "margay/image/encode.h"
#include "tests/image/golden.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::image;
using margay::test::golden;
using margay::test::golden_path;
using margay::test::largest_difference;

namespace {

using Bytes = std::vector<uint8_t>;

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

/// A copy whose bytes from `at` on are `patch`.
Bytes patched(Bytes bytes, size_t at, const Bytes& patch) {
  std::copy(patch.begin(), patch.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
  return bytes;
}

size_t find_marker(const Bytes& bytes, uint8_t marker) {
  for (size_t i = 0; i + 1 < bytes.size(); ++i)
    if (bytes[i] == 0xFF && bytes[i + 1] == marker) return i;
  FAIL("no such marker");
  return 0;
}

/// A PNG with a header that says so, a right checksum and nothing else.
Bytes png_of_size(uint32_t width, uint32_t height) {
  Bytes bytes = file("source.png");
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

TEST_CASE("bytes that are no picture are refused with a reason") {
  const Bytes jpeg = file("jpeg_420.jpg"), png = file("source.png");
  const auto text = [](const std::string& words) { return Bytes(words.begin(), words.end()); };
  const size_t frame = find_marker(jpeg, 0xC0), scan = find_marker(jpeg, 0xDA);
  Bytes bad_checksum = png;
  bad_checksum[png.size() / 2] ^= 0x55;
  Bytes no_frame(jpeg.begin(), jpeg.begin() + static_cast<std::ptrdiff_t>(frame));
  no_frame.insert(no_frame.end(), jpeg.begin() + static_cast<std::ptrdiff_t>(scan), jpeg.end());

  struct Row {
    const char* name;
    Bytes bytes;
    const char* says;
  };
  const Row rows[] = {
      {"empty", {}, "the file is empty"},
      {"text", text("I am not a picture"), "none of JPEG, PNG"},
      {"html", text("<html><body>404"), "HTML"},
      {"jpeg start only", {0xFF, 0xD8, 0xFF}, "ends before its pixels begin"},
      {"jpeg segment too long", patched(jpeg, 4, {0xFF, 0xFF}), "are left in the file"},
      {"jpeg segment of length 0", patched(jpeg, 4, {0, 0}), "segment E0 has 0 bytes"},
      {"jpeg of 0 rows", patched(jpeg, frame + 5, {0, 0}), "31 x 0 pixels"},
      {"jpeg of 12 bits", patched(jpeg, frame + 4, {12}), "12 bits per sample"},
      {"jpeg of 2 components", patched(jpeg, frame + 9, {2}), "2 colour components"},
      {"lossless jpeg", patched(jpeg, frame, {0xFF, 0xC3}), "SOF type"},
      {"jpeg without frame", no_frame, "no frame header"},
      {"jpeg that ends at once", {0xFF, 0xD8, 0xFF, 0xD9}, "ends before its pixels begin"},
      {"png signature only", Bytes(png.begin(), png.begin() + 8), ""},
      {"png with a broken checksum", bad_checksum, ""},
      {"png of 0 columns", png_of_size(0, 5), ""},
      {"png of 100000 x 100000", png_of_size(100000, 100000), "100000 x 100000 pixels, the limit is"},
      {"png taller than its data", png_of_size(31, 24), ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const std::string found = complaint(row.bytes);
    CAPTURE(found);
    CHECK(found.size() > 12);
    CHECK(found.find(row.says) != found.npos);
  }
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
  Bytes between = bytes;
  between.insert(between.begin() + 20, {0x00, 0x12, 0x34});  // after the JFIF segment
  CHECK(decode(between) == picture);
}

TEST_CASE("flipping any byte gives a picture or a FormatError and nothing else") {
  for (const char* name :
       {"jpeg_420.jpg", "jpeg_progressive.jpg", "jpeg_cmyk.jpg", "jpeg_turned.jpg", "source.png",
        "png_palette_transparent.png", "png_interlaced.png", "orientation_6.png"}) {
    const Bytes bytes = file(name);
    const size_t step = std::max<size_t>(1, bytes.size() / 400);
    for (size_t at = 0; at < bytes.size(); at += step)
      for (const uint8_t change : {0xFF, 0x01, 0x80}) {
        Bytes broken = bytes;
        broken[at] ^= change;
        CAPTURE(name);
        CAPTURE(at);
        CHECK_NOTHROW(complaint(broken, {.max_pixels = 1'000'000}));
      }
  }
}

TEST_CASE("limits hold before memory is taken") {
  const Bytes bytes = file("source.png");
  CHECK(complaint(bytes, {.max_pixels = 31 * 23}).empty());
  CHECK(complaint(bytes, {.max_pixels = 31 * 23 - 1}).find("31 x 23") != std::string::npos);
  CHECK(complaint(bytes, {.max_file_bytes = 10}).find("the limit is 10") != std::string::npos);
}

TEST_CASE("errors of files name the file") {
  const margay::test::TemporaryFolder folder;
  write_file_atomically(folder / "broken.jpg", std::string_view("nothing"));
  CHECK_THROWS_WITH_AS(decode_file(folder / "broken.jpg"), doctest::Contains("broken.jpg"), FormatError);
  CHECK_THROWS_WITH_AS(decode_file(folder / "absent.jpg"), doctest::Contains("absent.jpg"), IoError);
  CHECK_THROWS_AS(decode_file(folder.path()), IoError);
}
