// The pixels of recipes that people have trained with: a new version must not change them.
#include <doctest/doctest.h>

#include <string>

#include "margay/augment/pipeline.h"

using namespace margay;
using namespace margay::augment;
using margay::image::Image;

namespace {

/// Pictures made by whole numbers alone, so that they are the same on every machine.
Image pattern(int width, int height) {
  Image picture(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c)
        picture.pixels[(static_cast<size_t>(y) * width + x) * 3 + c] =
            static_cast<uint8_t>((x * (5 + c) + y * (7 - 2 * c) + (x * y) / 16) & 0xFF);
  return picture;
}

uint64_t fingerprint(const Pipeline& pipeline, const Image& in) {
  std::string all;
  for (uint64_t key = 0; key < 8; ++key) {
    Image out(in.width, in.height);
    Random random{3, key};
    pipeline.apply(in, out, random);
    all.append(out.pixels.begin(), out.pixels.end());
  }
  return hash_text(all);
}

}  // namespace

TEST_CASE("texts of the first version give the pixels of the first version") {
  // Made by the first version of Pipeline::apply.
  const std::pair<const char*, uint64_t> rows[] = {
      {"flip,rotate=45,zoom=0.5,shift=0.15", 17319932775539611330u},
      {"all,fill=reflect", 8795103537341923467u},
      {"all,fill=constant,fill_value=90", 13554196363204476143u},
      {"flip", 7068299125119004626u},
      {"rotate=20", 11070449105476432930u},
      {"zoom=0.3,shift_width=0.2", 1913245349836263941u},
  };
  for (const auto& row : rows) {
    const auto& [text, expected] = row;
    CAPTURE(row.first);
    CHECK(fingerprint(Pipeline::parse(text), pattern(61, 47)) == expected);
  }
}
