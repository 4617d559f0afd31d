// Names come back as they were, in little memory.
#include "margay/data/picture_store.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "margay/core/error.h"
#include "margay/data/dataset.h"
#include "tests/data/folders.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;

TEST_CASE("a name table gives back every name") {
  const std::vector<std::string> names{"a/1.jpg", "a/2.jpg", "a/b/3.jpg", "a/4.jpg",
                                       "",        "5.jpg",   "x/",        "/root.png"};
  NameTable table;
  for (const std::string& name : names) table.add(name);
  table.shrink_to_fit();
  REQUIRE(table.size() == names.size());
  for (size_t i = 0; i < names.size(); ++i) CHECK(table.name(i) == names[i]);
}

TEST_CASE("the index of a hundred thousand pictures takes a name and a few words each") {
  constexpr size_t kPictures = 100'000;
  PictureStore store("/home/ada/pictures");
  for (size_t i = 0; i < kPictures; ++i)
    store.add_file(fmt::format("train/class_{:02}/picture_{:06}.jpg", i / 10'000, i));
  store.shrink_to_fit();
  CHECK(store.path(54'321) == "/home/ada/pictures/train/class_05/picture_054321.jpg");
  const double each = static_cast<double>(store.memory_bytes() + kPictures * sizeof(Sample)) / kPictures;
  MESSAGE(fmt::format("{:.1f} bytes per picture, {} of them its own name", each, 18));
  CHECK(each < 18 + 3 * 8);
}

TEST_CASE("files and entries that are missing lie side by side") {
  const test::TemporaryFolder folder;
  test::write_text(folder / "a.jpg", "bytes");
  PictureStore store(folder.path());
  store.add_file("a.jpg");
  store.add_missing("b.zip/c.jpg", "is not in the archive");
  store.add_file("d.jpg");
  CHECK(store.read(0, 5).size() == 5);
  CHECK_THROWS_AS(store.read(0, 4), IoError);
  CHECK_THROWS_WITH_AS(store.read(1, 5), doctest::Contains("is not in the archive"), IoError);
  CHECK(store.is_missing(1));
  CHECK_FALSE(store.is_missing(2));
  CHECK_THROWS_AS(store.read(2, 5), IoError);
  CHECK(store.path(1) == folder / "b.zip/c.jpg");
}
