// What is encoded can be decoded again.
#include "margay/image/encode.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/core/random.h"
#include "margay/image/decode.h"
#include "tests/image/golden.h"

using namespace margay;
using namespace margay::image;
using margay::test::largest_difference;

TEST_CASE("PNG keeps every pixel") {
  for (const auto& [width, height] : {std::pair{1, 1}, {3, 7}, {64, 33}}) {
    Image picture(width, height);
    Random random{5};
    for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>(random.below(256));
    CHECK(decode(encode_png(picture)) == picture);
  }
}

TEST_CASE("JPEG keeps a smooth picture nearly") {
  Image picture(50, 31);
  for (int y = 0; y < 31; ++y)
    for (int x = 0; x < 50; ++x)
      for (int c = 0; c < 3; ++c)
        picture.pixels[(static_cast<size_t>(y) * 50 + x) * 3 + c] = static_cast<uint8_t>(5 * x);
  const auto fine = encode_jpeg(picture, 95), coarse = encode_jpeg(picture, 20);
  CHECK(sniff_format(fine) == Format::jpeg);
  CHECK(fine.size() > coarse.size());
  CHECK(largest_difference(decode(fine), picture) <= 4);
  CHECK(largest_difference(decode(coarse), picture) > 0);
}

TEST_CASE("pictures without pixels and qualities out of range are refused") {
  const Image picture(2, 2);
  CHECK_THROWS_AS(encode_png(Image()), UsageError);
  CHECK_THROWS_AS(encode_jpeg(Image()), UsageError);
  CHECK_THROWS_AS(encode_jpeg(picture, 0), UsageError);
  CHECK_THROWS_AS(encode_jpeg(picture, 101), UsageError);
}
