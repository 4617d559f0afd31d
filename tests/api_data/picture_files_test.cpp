// Folders as data sets of the public surface.
#include <doctest/doctest.h>

#include "margay/core/atomic_file.h"
#include "margay/data.h"
#include "margay/image/decode.h"
#include "margay/image/encode.h"
#include "tests/support/temporary_folder.h"

using namespace margay;

namespace {

Image plain(uint8_t shade) {
  Image picture(3, 2);
  picture.pixels.assign(18, shade);
  return picture;
}

}  // namespace

TEST_CASE("a divided folder is all of its pictures, or those of a split") {
  const test::TemporaryFolder folder;
  uint8_t shade = 0;
  for (const char* place : {"train/cats", "train/dogs", "val/cats", "val/dogs"}) {
    std::filesystem::create_directories(folder / place);
    write_file_atomically(folder / (std::string(place) + "/1.png"), image::encode_png(plain(++shade)));
  }
  const PictureFiles files(folder.path());
  CHECK(files.size() == 4);
  CHECK(files.splits() == std::vector<std::string>{"train", "validation"});
  const PictureFiles validation = files.split("val");
  REQUIRE(validation.size() == 2);
  CHECK(image::decode(validation.get(0).encoded) == plain(3));
  CHECK(validation.label(1) == "dogs");
  CHECK(validation.split_of(1) == "validation");
  CHECK(validation.name(1) == (folder / "val/dogs/1.png").string());
  CHECK_FALSE(files.has_split("test"));
  CHECK_THROWS_AS(files.split("test"), UsageError);
  PictureFiles copy = files;
  copy = validation;
  CHECK(copy.size() == 2);
  CHECK_THROWS_AS(PictureFiles((folder / "nothing").string()), IoError);
}
