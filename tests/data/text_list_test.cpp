// Lists of text, with and without a line of names.
#include "margay/data/text_list.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/data/dataset.h"
#include "margay/data/manifest.h"
#include "tests/data/folders.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;
using margay::test::TemporaryFolder;
using margay::test::write_text;

TEST_CASE("a list of text is a table however it is separated") {
  struct Row {
    const char* text;
    const char* layout;
  };
  const Row rows[] = {
      {"a 1.jpg cats\nb.jpg dogs\n", "a manifest, separated by spaces, not split"},
      {"a 1.jpg   cats\r\n\r\n b.jpg  dogs \r\n", "a manifest, separated by spaces, not split"},
      {"path label\na 1.jpg cats\nb.jpg dogs", "a manifest, separated by spaces, not split"},
      {"# a remark\na 1.jpg cats\nb.jpg dogs\n", "a manifest, separated by spaces, not split"},
      {"a 1.jpg,cats\nb.jpg,dogs\n", "a manifest, not split"},
      {"a 1.jpg\tcats\nb.jpg\tdogs\n", "a manifest, separated by tabs, not split"},
      {"a 1.jpg,cats,train\nb.jpg,dogs,train\n", "a manifest with splits"},
      {"label,path\ncats,a 1.jpg\ndogs,b.jpg\n", "a manifest, not split"}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const TemporaryFolder folder;
    for (const char* name : {"a 1.jpg", "b.jpg"}) write_text(folder / name, "x");
    write_text(folder / "x.txt", row.text);
    const Dataset dataset = Dataset::open(folder / "x.txt");
    CHECK(dataset.layout == row.layout);
    CHECK(dataset.classes == std::vector<std::string>{"cats", "dogs"});
    CHECK(dataset.splits[0].path(0) == folder / "a 1.jpg");
  }
}

TEST_CASE("paths alone are a list, and a picture is none whatever its name") {
  const TemporaryFolder folder;
  for (const char* name : {"my cat.jpg", "b.jpg"}) write_text(folder / name, "x");
  write_text(folder / "x.txt", "my cat.jpg\nb.jpg\n");
  PictureStore store{std::filesystem::path()};
  list_table(folder / "x.txt", {}, store);
  REQUIRE(store.size() == 2);
  CHECK(store.path(0) == folder / "my cat.jpg");
  CHECK_THROWS_AS(Dataset::open(folder / "x.txt"), FormatError);
  CHECK(is_manifest(folder / "x.txt"));
  test::write_picture(folder / "photo.png", test::noise_picture(8, 6, 1));
  std::filesystem::rename(folder / "photo.png", folder / "photo.txt");
  CHECK_FALSE(is_manifest(folder / "photo.txt"));
}

TEST_CASE("lines of a list that make no sense are named") {
  const TemporaryFolder folder;
  const auto refused = [&](const char* text, const char* says) {
    write_text(folder / "x.txt", text);
    CHECK_THROWS_WITH_AS(read_text_list(folder / "x.txt"), doctest::Contains(says), FormatError);
  };
  refused("", "is empty");
  refused("# x\n", "is empty");
  refused("a.jpg cats\nb.jpg\n", "line 2: a path without a label");
  refused("a.jpg\nb.jpg dogs\n", "line 2: a path and a label");
  refused("a.jpg,1,2,3\n", "line 1: 4 fields");
}
