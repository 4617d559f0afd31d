// What of a file is opacity: what it marks as such, and nothing else.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/image/decode.h"
#include "tests/image/golden.h"

using namespace margay;
using namespace margay::image;

namespace {

using Bytes = std::vector<uint8_t>;
using Color = std::array<uint8_t, 3>;

Color first_color(const Image& picture) {
  return {picture.pixels[0], picture.pixels[1], picture.pixels[2]};
}

/// One pixel.
Bytes pam(const std::string& type, const Bytes& samples, std::string_view line_end = "\n") {
  Bytes bytes;
  for (const std::string& line :
       {std::string("P7"), std::string("WIDTH 1"), std::string("HEIGHT 1"),
        "DEPTH " + std::to_string(samples.size()), std::string("MAXVAL 255"), type, std::string("ENDHDR")}) {
    bytes.insert(bytes.end(), line.begin(), line.end());
    bytes.insert(bytes.end(), line_end.begin(), line_end.end());
  }
  bytes.insert(bytes.end(), samples.begin(), samples.end());
  return bytes;
}

/// One pixel of 32 bits, blue first, and an extension area that says what its attribute bits are.
Bytes tga(const std::array<uint8_t, 4>& pixel, uint8_t attributes_type) {
  constexpr size_t header_bytes = 18, area = header_bytes + 4, area_bytes = 495, footer = area + area_bytes;
  constexpr std::string_view signature("TRUEVISION-XFILE.\0", 18);
  Bytes bytes(footer + 8 + signature.size());
  bytes[2] = 2, bytes[12] = 1, bytes[14] = 1, bytes[16] = 32, bytes[17] = 8;
  std::copy(pixel.begin(), pixel.end(), bytes.begin() + header_bytes);
  bytes[area] = area_bytes & 255, bytes[area + 1] = area_bytes >> 8;
  bytes[footer - 1] = attributes_type;
  bytes[footer] = area;
  std::copy(signature.begin(), signature.end(), bytes.begin() + footer + 8);
  return bytes;
}

}  // namespace

TEST_CASE("a sample of PAM is opacity where the tuple type says so") {
  struct Row {
    const char* type;
    Bytes samples;
    Color shown;
    const char* note;
  };
  const Row rows[] = {
      {"TUPLTYPE RGB_ALPHA", {10, 20, 30, 0}, {255, 255, 255}, ""},
      {"TUPLTYPE RGB_ALPHA", {10, 20, 30, 0, 7}, {255, 255, 255}, ""},
      {"TUPLTYPE RGB", {10, 20, 30, 0}, {10, 20, 30}, ""},
      {"TUPLTYPE GRAYSCALE", {10, 0}, {10, 10, 10}, ""},
      {"TUPLTYPE GRAYSCALE_ALPHA", {10, 0, 7}, {255, 255, 255}, ""},
      {"TUPLTYPE GRAYSCALE", {10, 20, 30}, {10, 10, 10}, "marked as gray"},
      {"TUPLTYPE RGBNIR", {10, 20, 30, 0}, {10, 20, 30}, "is not known"},
      {"TUPLTYPE", {10, 20, 30, 0}, {255, 255, 255}, "taken as opacity"},
      {"# nothing", {10, 0}, {255, 255, 255}, "taken as opacity"},
      {"# nothing", {10, 20, 30}, {10, 20, 30}, ""},
  };
  for (const Row& row : rows)
    for (const char* line_end : {"\n", "\r\n"}) {
      CAPTURE(row.type);
      const Decoded decoded = decode_with_facts(pam(row.type, row.samples, line_end));
      CHECK(first_color(decoded.picture) == row.shown);
      CAPTURE(decoded.note);
      CHECK(decoded.note.empty() == std::string_view(row.note).empty());
      CHECK(decoded.note.find(row.note) != std::string::npos);
    }
  CHECK_THROWS_WITH_AS(decode(pam("TUPLTYPE CMYK", {1, 2, 3, 4})), doctest::Contains("inks"), FormatError);
  CHECK_THROWS_WITH_AS(decode(pam("TUPLTYPE RGB_ALPHA", {1, 2, 3})), doctest::Contains("expected at least 4"),
                       FormatError);
}

TEST_CASE("a PAM that claims samples without end takes no memory for them") {
  Bytes bytes = pam("TUPLTYPE RGB", {1, 2, 3});
  const std::string_view depth = "DEPTH 3";
  const auto at = std::search(bytes.begin(), bytes.end(), depth.begin(), depth.end());
  const std::string_view huge = "00000000";
  bytes.insert(at + static_cast<std::ptrdiff_t>(depth.size()), huge.begin(), huge.end());
  CHECK_THROWS_WITH_AS(decode(bytes), doctest::Contains("truncated"), FormatError);
}

TEST_CASE("attribute bits of TGA that an extension area calls undefined are no opacity") {
  CHECK(first_color(decode(tga({30, 20, 10, 128}, 0))) == Color{132, 137, 142});
  CHECK(first_color(decode(tga({30, 20, 10, 128}, 1))) == Color{10, 20, 30});
  CHECK(first_color(decode(tga({30, 20, 10, 128}, 2))) == Color{10, 20, 30});
  CHECK(first_color(decode(tga({30, 20, 10, 128}, 3))) == Color{132, 137, 142});
  CHECK(first_color(decode(tga({30, 20, 10, 128}, 4))) == Color{137, 147, 157});
}

TEST_CASE("pixels without any opacity are shown, though the file ends early") {
  Bytes cut = tga({30, 20, 10, 0}, 0);
  cut.resize(18 + 4);
  cut[14] = 2;  // rows, of which the lower one is there
  const Image picture = decode(cut);
  CHECK(first_color(picture) == Color{128, 128, 128});
  CHECK(Bytes(picture.pixels.begin() + 3, picture.pixels.end()) == Bytes{10, 20, 30});
  cut[17] |= 32;  // from the top
  CHECK(first_color(decode(cut)) == Color{10, 20, 30});

  Bytes bmp = read_file(test::golden_path("bmp_alpha.bmp"));
  for (size_t alpha = 138 + 3; alpha < bmp.size(); alpha += 4) bmp[alpha] = 0;
  const Image whole = decode(bmp);
  bmp.resize(bmp.size() - 4 * 31 * 4);  // the upper four rows
  const Image lower = decode(bmp);
  const std::ptrdiff_t edge = 4 * 31 * 3;
  CHECK(std::all_of(lower.pixels.begin(), lower.pixels.begin() + edge, [](int v) { return v == 128; }));
  CHECK(std::equal(lower.pixels.begin() + edge, lower.pixels.end(), whole.pixels.begin() + edge));
}
