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
      {"a 1.jpg,cats,train\nb.jpg,dogs,train\n", "a manifest, in splits"},
      {"label,path\ncats,a 1.jpg\ndogs,b.jpg\n", "a manifest, not split"},
      {"cats,a 1.jpg\ndogs,b.jpg\n", "a manifest, label before path, not split"},
      {"\"a 1.jpg\" cats\n'b.jpg' \"dogs\"\n", "a manifest, separated by spaces, not split"},
      {"cats a 1.jpg\ndogs b.jpg\n", "a manifest, separated by spaces, label before path, not split"},
      {"label path\ncats a 1.jpg\ndogs b.jpg\n", "a manifest, separated by spaces, not split"},
      {"a 1.jpg cats train\nb.jpg dogs train\n", "a manifest, separated by spaces, in splits"},
      {"a 1.jpg cats\rb.jpg dogs\r", "a manifest, separated by spaces, not split"},
      {"# images of my pets\na 1.jpg cats\nb.jpg dogs\n", "a manifest, separated by spaces, not split"},
      {"# path label\na 1.jpg cats\nb.jpg dogs\n", "a manifest, separated by spaces, not split"},
      {"path label width\na 1.jpg cats 20\nb.jpg dogs 30\n", "a manifest, separated by spaces, not split"}};
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
    CHECK_THROWS_WITH_AS(read_text_list(folder / "x.txt", folder.path()), doctest::Contains(says),
                         FormatError);
  };
  refused("", "is empty");
  refused("# x\n", "is empty");
  refused("a.jpg cats\nb.jpg\n", "line 2: a path without a label");
  refused("a.jpg\nb.jpg dogs\n", "line 2: a path and a label");
  refused("a.jpg,1,2,3\n", "line 1: 4 fields");
  refused("a.jpg 1 0 0 1\nb.jpg 0 1 0 0\n", "line 1: 4 numbers behind the path (1 0 0 1), expected a label");
  refused("a.jpg 1\nb.jpg 0 1\n", "line 2: 2 numbers behind the path");
  refused("a.jpg cat 0.98\nb.jpg dog 0.7\n", "line 1: 2 words behind the path (cat 0.98)");
  refused("Abyssinian_100 1 1 1\nBengal_7 2 1 1\nBengal_8 2 1 1\n", "several labels of one (multi-label)");
  refused("cat 1.jpg\ncat 2.jpg\ndog 1.jpg\n", "line 1: 'cat 1.jpg' may be a path with a space in it, or a");
  refused("path label width\na.jpg cats\n", "line 2: 2 words, expected the 3 of the first line");
}

TEST_CASE("labels of several words, numbers of lines and paths without an ending are understood") {
  struct Row {
    const char* text;
    std::vector<std::string> paths, labels;
    const char* form = "separated by spaces";
  };
  const Row rows[] = {
      {"a.jpg Maine Coon\nb.jpg Bengal\n", {"a.jpg", "b.jpg"}, {"Maine Coon", "Bengal"}},
      {"17 Boeing 707\n18 Airbus\n19 Boeing 707\n",
       {"17", "18", "19"},
       {"Boeing 707", "Airbus", "Boeing 707"}},
      {"a.jpg Boeing 707\nb.jpg Boeing 707\n", {"a.jpg", "b.jpg"}, {"Boeing 707", "Boeing 707"}},
      {"cats/17 0\ndogs/18 1\n", {"cats/17", "dogs/18"}, {"0", "1"}},
      {"0 cats/17\n1 dogs/18\n",
       {"cats/17", "dogs/18"},
       {"0", "1"},
       "separated by spaces, label before path"},
      {"1 a.jpg x\n2 b.jpg y\n3 c.jpg y\n",
       {"a.jpg", "b.jpg", "c.jpg"},
       {"x", "y", "y"},
       "separated by spaces, lines numbered"},
      {"1 cats\n2 dogs\n3 dogs\n", {"1", "2", "3"}, {"cats", "dogs", "dogs"}},
      {"'tis.jpg cats\nit's.jpg dogs\n", {"'tis.jpg", "it's.jpg"}, {"cats", "dogs"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const TemporaryFolder folder;
    write_text(folder / "x.txt", row.text);
    const Table table = read_text_list(folder / "x.txt", folder.path());
    CHECK(table.form == row.form);
    CHECK(table.columns == std::vector<std::string>{"path", "label"});
    REQUIRE(table.rows.size() == row.paths.size());
    for (size_t i = 0; i < table.rows.size(); ++i)
      CHECK(table.rows[i].values == std::vector<std::string>{row.paths[i], row.labels[i]});
  }
}

TEST_CASE("a label before paths that are not where the list says is known by the files") {
  const TemporaryFolder folder;
  for (const char* name :
       {"in/1.jpg", "in/2.jpg", "in/3.jpg", "in/cat 4.jpg", "in/dog 4.jpg", "in/dog 5.jpg"})
    write_text(folder / name, "x");
  write_text(folder / "x.txt", "cat 1.jpg\ndog 2.jpg\ndog 3.jpg\n");
  CHECK(read_text_list(folder / "x.txt", folder / "in").form == "separated by spaces, label before path");
  CHECK(Dataset::open(folder / "x.txt", {.table = {.root = folder / "in"}}).classes ==
        std::vector<std::string>{"cat", "dog"});
  write_text(folder / "y.txt", "cat 4.jpg\ndog 4.jpg\ndog 5.jpg\n");
  CHECK(read_text_list(folder / "y.txt", folder / "in").form == "paths alone");
}

TEST_CASE("folders say the classes of paths alone, and the splits where all have one") {
  const TemporaryFolder folder;
  for (const char* name :
       {"train/cats/1.jpg", "train/dogs/2.jpg", "val/cats/3.jpg", "cats/4.jpg", "dogs/5.jpg"})
    write_text(folder / name, "x");
  write_text(folder / "x.txt", "cats/4.jpg\ndogs/5.jpg\n");
  const Dataset flat = Dataset::open(folder / "x.txt");
  CHECK(flat.classes == std::vector<std::string>{"cats", "dogs"});
  CHECK(flat.layout == "a manifest, paths alone: class is the folder of each picture, not split");
  write_text(folder / "y.txt", "1 train/cats/1.jpg\n2 train/dogs/2.jpg\n3 val/cats/3.jpg\n");
  const Dataset split = Dataset::open(folder / "y.txt");
  CHECK(split.layout ==
        "a manifest, paths alone, lines numbered: class is the folder of each picture, in splits");
  CHECK(split.split("train").samples.size() == 2);
  CHECK(split.split("validation").samples.size() == 1);
  write_text(folder / "z.csv", "path\ntrain/cats/1.jpg\ntrain/dogs/2.jpg\n");
  CHECK(Dataset::open(folder / "z.csv").has_split("all"));  // one split is none
  write_text(folder / "z.csv", "path,split\ncats/4.jpg,train\ndogs/5.jpg,train\n");
  CHECK(Dataset::open(folder / "z.csv").split("train").samples.size() == 2);
  write_text(folder / "z.csv", "path\ncats/4.jpg\n5.jpg\n");
  CHECK_THROWS_WITH_AS(Dataset::open(folder / "z.csv"),
                       doctest::Contains("line 3: no column is called 'label', and the path has no folder"),
                       FormatError);
}
