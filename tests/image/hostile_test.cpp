// Files that are no pictures, or hardly: a table, every truncation and many flipped bytes.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include "margay/core/error.h"
#include "margay/image/decode.h"
#include "margay/image/decode_fitted.h"
#include "tests/support/hostile_files.h"

using namespace margay;
using namespace margay::image;
using margay::test::Bytes;
using margay::test::Fate;

namespace {

struct Outcome {
  Fate fate = Fate::skipped;
  std::string says;
};

Outcome outcome_of(const Bytes& bytes, const DecodeOptions& options = {}) {
  try {
    const Decoded decoded = decode_with_facts(bytes, options);
    return {decoded.partial ? Fate::partial : Fate::whole, decoded.note};
  } catch (const FormatError& error) {
    return {Fate::skipped, reason_of(error)};
  }
}

constexpr DecodeOptions kSmall{.max_pixels = 1'000'000};

}  // namespace

TEST_CASE("hostile files get the fate and the words they deserve") {
  const auto files = test::hostile_files();
  CHECK(files.size() >= 60);
  std::set<std::string> names;
  for (const test::HostileFile& file : files) {
    CAPTURE(file.name);
    names.insert(file.name);
    const Outcome found = outcome_of(file.bytes);
    CAPTURE(found.says);
    CHECK(static_cast<int>(found.fate) == static_cast<int>(file.fate));
    CHECK(found.says.find(file.says) != std::string::npos);
    if (found.fate != Fate::whole) CHECK(found.says.size() > 12);
  }
  CHECK(names.size() == files.size());
}

TEST_CASE("every truncation of every kind of file has a fate that only gets better") {
  for (const std::string& name : test::sample_names()) {
    CAPTURE(name);
    const Bytes bytes = test::sample_file(name);
    Fate before = Fate::skipped;
    int partial = 0;
    for (size_t length = 0; length <= bytes.size(); ++length) {
      CAPTURE(length);
      const Outcome found =
          outcome_of(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)), kSmall);
      CAPTURE(found.says);
      // What libtiff makes of a directory that is cut short depends on the entry.
      if (!name.ends_with(".tif")) REQUIRE(static_cast<int>(found.fate) >= static_cast<int>(before));
      before = found.fate;
      partial += found.fate == Fate::partial ? 1 : 0;
    }
    CHECK(before == Fate::whole);
    // The frame of an animation is used when it is whole.
    if (!name.ends_with(".tif") && name != "webp_animated.webp") CHECK(partial > 0);
  }
}

TEST_CASE("what is left of a truncated file is the same however it is looked at") {
  const Bytes bytes = test::first_part(test::sample_file("jpeg_444.jpg"), 0.8);
  Preprocess spec;
  spec.width = spec.height = 4;
  const Decoded fitted = decode_fitted(bytes, spec);
  CHECK(fitted.partial);
  CHECK(fitted.note == outcome_of(bytes).says);
}

TEST_CASE("flipping bytes of any format gives a picture or a FormatError and nothing else") {
  for (const std::string& name : test::sample_names()) {
    const Bytes bytes = test::sample_file(name);
    const size_t step = std::max<size_t>(1, bytes.size() / 300);
    for (size_t at = 0; at < bytes.size(); at += step)
      for (const uint8_t change : {0xFF, 0x01, 0x80}) {
        Bytes broken = bytes;
        broken[at] ^= change;
        CAPTURE(name);
        CAPTURE(at);
        CHECK_NOTHROW(outcome_of(broken, kSmall));
      }
  }
}

TEST_CASE("HEIF and AVIF decode where libheif is and name what is missing where it is not") {
  const Image source = decode_file(std::filesystem::path(MARGAY_TEST_FOLDER) / "image/data/heif_source.png");
  for (const char* name : {"heif.heic", "avif.avif"}) {
    CAPTURE(name);
    const Bytes bytes = test::sample_file(name);
    CHECK(sniff_format(bytes).has_value());
    const Outcome found = outcome_of(bytes);
    if (found.fate == Fate::skipped) {
      CHECK(found.says.find("libheif") != std::string::npos);
      continue;
    }
    const Image picture = decode(bytes);
    REQUIRE(picture.pixels.size() == source.pixels.size());
    double sum = 0;
    for (size_t i = 0; i < source.pixels.size(); ++i) sum += std::abs(picture.pixels[i] - source.pixels[i]);
    CHECK(sum / static_cast<double>(source.pixels.size()) < 12);
    for (size_t length = 0; length < bytes.size(); length += 61)
      CHECK_NOTHROW(
          outcome_of(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)), kSmall));
  }
}
