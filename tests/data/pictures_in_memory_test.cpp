// Pictures that were never files come back as they were given.
#include "margay/data/pictures_in_memory.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/core/worker_pool.h"
#include "margay/data/content_split.h"
#include "margay/data/decoded_cache.h"
#include "margay/image/decode.h"
#include "margay/image/encode.h"

using namespace margay;
using data::PicturesInMemory;

namespace {

image::Image plain(int width, int height, uint8_t shade) {
  image::Image picture(width, height);
  for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = static_cast<uint8_t>(shade + i % 7);
  return picture;
}

}  // namespace

TEST_CASE("pixels and encoded bytes in memory are a data set") {
  PicturesInMemory pictures;
  pictures.add(plain(5, 4, 10), "dogs");
  pictures.add(plain(3, 2, 20), "cats");
  pictures.add_encoded(image::encode_png(plain(4, 4, 30)), "dogs");
  const data::Dataset dataset = pictures.dataset();
  CHECK(dataset.classes == std::vector<std::string>{"cats", "dogs"});
  REQUIRE(dataset.splits.size() == 1);
  const data::Split& all = dataset.splits[0];
  CHECK(all.name == "all");
  REQUIRE(all.samples.size() == 3);
  const image::Image expected[] = {plain(3, 2, 20), plain(5, 4, 10), plain(4, 4, 30)};
  for (size_t i = 0; i < 3; ++i) {
    CHECK(image::decode(all.read(i, 1 << 20)) == expected[i]);
    CHECK(all.samples[i].label == (i == 0 ? 0 : 1));
  }
  CHECK(all.path(1).filename() == "00000002");
  CHECK_THROWS_AS(all.read(0, 5), FormatError);
}

TEST_CASE("pictures in memory are divided by content or as they were given") {
  PicturesInMemory pictures;
  for (uint8_t i = 0; i < 20; ++i) pictures.add(plain(4, 4, i), i % 2 == 0 ? "even" : "odd");
  WorkerPool pool(2);
  const data::Dataset divided = data::split_by_content(pictures.dataset(), 0.2, pool);
  CHECK(divided.split("train").samples.size() == 16);
  CHECK(divided.split("validation").samples.size() == 4);

  PicturesInMemory given;
  for (uint8_t i = 0; i < 6; ++i)
    given.add(plain(4, 4, i), i % 2 == 0 ? "even" : "odd", i < 4 ? "train" : "val");
  CHECK(given.dataset().split("train").samples.size() == 4);
  CHECK(given.dataset().split("validation").samples.size() == 2);
}

TEST_CASE("another set of pictures has another name") {
  const auto named = [](uint8_t shade) {
    PicturesInMemory pictures;
    pictures.add(plain(4, 4, shade), "a");
    pictures.add(plain(4, 4, 9), "b");
    return pictures.dataset().root;
  };
  CHECK(named(1) == named(1));
  CHECK(named(1) != named(2));
}

TEST_CASE("what makes no sense as a picture in memory is refused") {
  PicturesInMemory pictures;
  CHECK_THROWS_AS(pictures.dataset(), DataError);
  CHECK_THROWS_AS(pictures.add(image::ImageView(), "a"), UsageError);
  CHECK_THROWS_AS(pictures.add(plain(2, 2, 0), ""), UsageError);
  CHECK_THROWS_AS(pictures.add(plain(2, 2, 0), "a", "trian"), UsageError);
  pictures.add(plain(2, 2, 0), "a", "train");
  CHECK_THROWS_AS(pictures.dataset(), DataError);
  CHECK_THROWS_AS(pictures.add(plain(2, 2, 0), "b"), UsageError);
}
