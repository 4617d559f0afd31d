// Pictures that were never files come back as they were given.
#include <doctest/doctest.h>

#include "margay/data.h"
#include "margay/image/encode.h"

using namespace margay;

namespace {

Image plain(int width, int height, uint8_t shade) {
  Image picture(width, height);
  for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = static_cast<uint8_t>(shade + i % 7);
  return picture;
}

}  // namespace

TEST_CASE("pixels of any order and encoded bytes in memory are a data set") {
  PicturesInMemory pictures;
  pictures.add(plain(5, 4, 10), "dogs");
  const std::vector<uint8_t> gray{1, 2, 0, 3, 4, 0};
  pictures.add({.pixels = gray.data(), .width = 2, .height = 2, .order = PixelOrder::gray, .stride_bytes = 3},
               "cats");
  const std::vector<uint8_t> png = image::encode_png(plain(4, 4, 30));
  pictures.add_encoded(png, "dogs");
  REQUIRE(pictures.size() == 3);
  CHECK(pictures.get(0).picture == plain(5, 4, 10));
  CHECK(pictures.get(1).picture.pixels == std::vector<uint8_t>{1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4});
  CHECK(pictures.get(1).label == "cats");
  CHECK(pictures.get(2).encoded == png);
  CHECK(pictures.split_of(2).empty());
  CHECK(classes_of(pictures) == std::vector<std::string>{"cats", "dogs"});
}

TEST_CASE("pictures in memory may be divided as they are given") {
  PicturesInMemory pictures;
  pictures.add(plain(4, 4, 1), "a", "train");
  pictures.add(plain(4, 4, 2), "a", "val");
  CHECK(pictures.split_of(1) == "validation");
  CHECK_THROWS_AS(pictures.add(plain(4, 4, 3), "a"), UsageError);
}

TEST_CASE("what makes no sense as a picture in memory is refused") {
  PicturesInMemory pictures;
  CHECK_THROWS_AS(pictures.add(ImageView(), "a"), UsageError);
  CHECK_THROWS_AS(pictures.add(plain(2, 2, 0), ""), UsageError);
  CHECK_THROWS_AS(pictures.add(plain(2, 2, 0), "a", "trian"), UsageError);
  CHECK_THROWS_AS(pictures.add_encoded({}, "a"), UsageError);
  CHECK(pictures.size() == 0);
}
