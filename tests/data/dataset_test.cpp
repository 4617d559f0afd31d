// Which layouts are understood, what is left out of them, and what is said where nothing is understood.
#include "margay/data/dataset.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <functional>

#include "margay/core/error.h"
#include "margay/data/manifest.h"
#include "margay/data/purpose.h"
#include "tests/data/folders.h"
#include "tests/support/archive_writer.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;
using margay::test::TemporaryFolder;
using margay::test::write_pets;
using margay::test::write_text;
namespace fs = std::filesystem;

namespace {

/// Indexing looks at names alone, so that any file will do.
void touch(const fs::path& path) {
  write_text(path, "x");
}

std::vector<std::string> names_of(const Split& split) {
  std::vector<std::string> names;
  for (size_t i = 0; i < split.samples.size(); ++i) names.push_back(split.path(i).filename().string());
  return names;
}

bool warns(const Dataset& dataset, std::string_view text) {
  for (const std::string& warning : dataset.warnings)
    if (warning.find(text) != warning.npos) return true;
  return false;
}

}  // namespace

TEST_CASE("a split folder is indexed with sorted classes and files") {
  const TemporaryFolder folder;
  for (const char* name : {"b.jpg", "a.JPG", "B.png", "a10.jpeg", "a2.jfif", "c.JPE"})
    touch(folder / "train/dogs" / name);
  touch(folder / "train/Cats/1.png");
  touch(folder / "validation/dogs/1.png");
  touch(folder / "validation/Cats/1.png");
  touch(folder / "test/dogs/1.png");
  touch(folder / "test/Cats/1.png");
  const Dataset dataset = Dataset::open(folder.path());
  CHECK(dataset.classes == std::vector<std::string>{"Cats", "dogs"});
  REQUIRE(dataset.splits.size() == 3);
  CHECK(dataset.splits[0].name == "train");
  CHECK(dataset.splits[1].name == "validation");
  CHECK(dataset.splits[2].name == "test");
  CHECK(names_of(dataset.split("train")) ==
        std::vector<std::string>{"1.png", "B.png", "a.JPG", "a10.jpeg", "a2.jfif", "b.jpg", "c.JPE"});
  CHECK(dataset.split("train").samples.front().label == 0);
  CHECK(dataset.split("train").samples.back().label == 1);
  CHECK(dataset.left_out.counts().empty());
  CHECK(dataset.warnings.empty());
}

TEST_CASE("validation has many names") {
  for (const char* alias :
       {"val", "valid", "validation", "Validation", "VAL", "val_set", "dev", "eval", "hold-out"}) {
    CAPTURE(alias);
    const TemporaryFolder folder;
    for (const char* split : {"train", alias})
      for (const char* name : {"cats", "dogs"}) touch(folder / split / name / "1.jpg");
    const Dataset dataset = Dataset::open(folder.path());
    for (const char* asked : {"val", "valid", "validation"}) {
      CHECK(dataset.has_split(asked));
      CHECK(dataset.split(asked).samples.size() == 2);
    }
  }
}

TEST_CASE("an unsplit folder is one split named all") {
  const TemporaryFolder folder;
  touch(folder / "cats/1.jpg");
  touch(folder / "dogs/1.jpg");
  const Dataset dataset = Dataset::open(folder.path());
  REQUIRE(dataset.splits.size() == 1);
  CHECK(dataset.splits[0].name == "all");
  CHECK(dataset.splits[0].samples.size() == 2);
  CHECK_FALSE(dataset.has_split("train"));
  CHECK_THROWS_WITH_AS(dataset.split("train"), doctest::Contains("it has: all"), UsageError);
}

TEST_CASE("a lone wrapping folder is entered") {
  const TemporaryFolder folder;
  write_text(folder / "README.txt");
  write_text(folder / "__MACOSX/x.jpg");
  write_pets(folder / "a/b", 2, 1);
  const Dataset dataset = Dataset::open(folder.path());
  CHECK(dataset.root == folder / "a/b");
  CHECK(dataset.split("train").samples.size() == 4);
  CHECK(dataset.left_out.counts() ==
        std::map<std::string, size_t>{{"hidden", 1}, {"not a picture (.txt)", 1}});
}

TEST_CASE("a lone train folder is a split and not a wrapping") {
  const TemporaryFolder folder;
  touch(folder / "train/cats/1.jpg");
  touch(folder / "train/dogs/1.jpg");
  const Dataset dataset = Dataset::open(folder.path());
  CHECK(dataset.split("train").samples.size() == 2);
  CHECK(warns(dataset, "no validation split"));
}

TEST_CASE("what is no picture is counted by reason or listed as broken and never followed") {
  const TemporaryFolder folder, elsewhere;
  touch(elsewhere / "far.jpg");
  touch(folder / "cats/1.jpg");
  touch(folder / "dogs/1.jpg");
  touch(folder / "outside.jpg");
  touch(folder / "cats/.hidden.jpg");
  touch(folder / "cats/note.TXT");
  touch(folder / "cats/plain");
  touch(folder / "cats/odd.a-b");
  make_folder(folder / "cats/folder.jpg");
  touch(folder / "cats/more/2.jpg");
  REQUIRE(mkfifo((folder / "cats/pipe.jpg").c_str(), 0600) == 0);
  fs::create_symlink("nowhere.jpg", folder / "cats/broken.jpg");
  fs::create_symlink("loop.jpg", folder / "cats/loop.jpg");
  fs::create_symlink(elsewhere / "far.jpg", folder / "cats/far.jpg");
  fs::create_symlink("1.jpg", folder / "cats/near.jpg");
  fs::create_symlink(elsewhere.path(), folder / "cats/elsewhere");
  const Dataset dataset = Dataset::open(folder.path());
  const Split& all = dataset.split("all");
  CHECK(names_of(all) == std::vector<std::string>{"1.jpg", "broken.jpg", "far.jpg", "folder.jpg", "loop.jpg",
                                                  "2.jpg", "near.jpg", "pipe.jpg", "1.jpg"});
  const auto refusal = [&](size_t i) -> std::string {
    try {
      all.read(i, 100);
    } catch (const IoError& error) {
      return error.what();
    }
    return "";
  };
  CHECK(refusal(1).find("a broken link") != std::string::npos);
  CHECK(refusal(2).empty());
  CHECK(refusal(3).find("a folder named like a picture") != std::string::npos);
  CHECK(refusal(4).find("a broken link") != std::string::npos);
  CHECK(refusal(7).find("not a regular file") != std::string::npos);
  CHECK(format_manifest(dataset).find("far.jpg") != std::string::npos);
  CHECK(dataset.left_out.counts() ==
        std::map<std::string, size_t>{{"a link to a folder outside the data set", 1},
                                      {"a picture outside a class folder", 1},
                                      {"hidden", 1},
                                      {"not a picture (.txt)", 1},
                                      {"not a picture (no extension)", 1},
                                      {"not a picture (other extension)", 1}});
  CHECK(warns(dataset, "1 folder lies inside a class folder (such as cats/more)"));
  CHECK(warns(dataset, "1 entry is not read: a link to a folder outside the data set (`follow_links`"));
}

TEST_CASE("what is counted is what is there") {
  const TemporaryFolder folder;
  test::write_pets(folder / "pets", 2, 1);
  fs::create_symlink("nowhere.png", folder / "pets/train/cats/dead.png");
  CHECK(describe(Dataset::open(folder / "pets"))
            .ends_with("pictures: train 4, validation 2, and 1 that cannot be read"));
}

TEST_CASE("an archive that only a password opens says so") {
  const TemporaryFolder folder;
  const std::vector<test::Entry> entries{{"cats/1.jpg", "x"}, {"dogs/1.jpg", "x"}};
  test::write_archive(folder / "pets.zip", entries, test::ArchiveKind::zip, "password");
  CHECK_THROWS_WITH_AS(
      Dataset::open(folder / "pets.zip"),
      doctest::Contains("pets.zip is encrypted, and margay asks for no password. Hint: unpack it"),
      FormatError);
  write_text(folder / "x.csv", "path,label\npets.zip/cats/1.jpg,x\npets.zip/dogs/1.jpg,y\n");
  CHECK_THROWS_WITH_AS(Dataset::open(folder / "x.csv"), doctest::Contains("is encrypted"), FormatError);
}

TEST_CASE("what has to be unpacked first, or read otherwise, is said") {
  const TemporaryFolder folder;
  touch(folder / "nested/pets.zip");
  CHECK_THROWS_WITH_AS(Dataset::open(folder / "nested"),
                       doctest::Contains("unpack pets.zip, and name the folder"), DataError);
  write_text(folder / "pets.rar", "Rar!\x1A\x07");
  CHECK_THROWS_WITH_AS(Dataset::open(folder / "pets.rar"),
                       doctest::Contains("Hint: unpack it, and name the folder"), DataError);
  for (const char* name : {"cats", "dogs"}) touch(folder / "coco/images" / name / "1.jpg");
  make_folder(folder / "coco/annotations");
  CHECK_THROWS_WITH_AS(Dataset::open(folder / "coco"),
                       doctest::Contains("where the folders in it are the classes, say `labels=leaf`"),
                       DataError);
  CHECK(Dataset::open(folder / "coco", {.labels = Labels::leaf}).classes ==
        std::vector<std::string>{"cats", "dogs"});
}

TEST_CASE("classes that differ between splits are warned about") {
  const TemporaryFolder folder;
  for (const char* name : {"cats", "dogs", "mice"}) touch(folder / "train" / name / "1.jpg");
  touch(folder / "val/dogs/1.jpg");
  touch(folder / "val/mice/.keep");
  touch(folder / "extra/cats/1.jpg");
  const Dataset dataset = Dataset::open(folder.path());
  CHECK(dataset.classes.size() == 3);
  CHECK(warns(dataset, "'cats' is missing from validation"));
  CHECK(warns(dataset, "'mice' has no pictures in validation"));
  CHECK(warns(dataset, "'extra' beside the splits is not read"));
  CHECK(dataset.split("val").samples.front().label == 1);
}

TEST_CASE("what cannot be understood says what was found and what was expected") {
  struct Row {
    const char* name;
    std::function<void(const fs::path&)> make;
    const char* says;
  };
  const Row rows[] = {
      {"empty", [](const fs::path&) {}, "0 folders"},
      {"pictures in the root", [](const fs::path& p) { touch(p / "1.jpg"); },
       "1 x a picture outside a class folder"},
      {"texts", [](const fs::path& p) { touch(p / "cats/1.txt"), touch(p / "dogs/1.txt"); },
       "2 x not a picture (.txt)"},
      {"pictures in train", [](const fs::path& p) { touch(p / "train/1.jpg"); }, "1 folder (train)"},
      {"one class", [](const fs::path& p) { touch(p / "train/cats/1.jpg"); }, "one class only, 'cats'"},
      {"one class with pictures", [](const fs::path& p) { touch(p / "cats/1.jpg"), touch(p / "dogs/1.txt"); },
       "one class only"},
      {"both val and valid",
       [](const fs::path& p) {
         for (const char* split : {"val", "valid"})
           for (const char* name : {"cats", "dogs"}) touch(p / split / name / "1.jpg");
       },
       "both mean the split 'validation'"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const TemporaryFolder folder;
    row.make(folder.path());
    CHECK_THROWS_WITH_AS(Dataset::open(folder.path()), doctest::Contains(row.says), DataError);
    if (std::string_view(row.name) != "both val and valid")
      CHECK_THROWS_WITH_AS(Dataset::open(folder.path()), doctest::Contains("validation/"), DataError);
  }
}

TEST_CASE("to measure a model, pictures of one class will do, and nothing is said of trainings") {
  const test::TemporaryFolder folder;
  touch(folder / "one/cats/1.jpg");
  touch(folder / "two/train/cats/1.jpg");
  touch(folder / "two/train/dogs/1.jpg");
  touch(folder / "two/test/cats/1.jpg");
  const auto measured = [&](const char* name) { return open_dataset(folder / name, {}, Purpose::measuring); };
  CHECK(measured("one").classes == std::vector<std::string>{"cats"});
  CHECK(measured("two").warnings.empty());
  CHECK(Dataset::open(folder / "two").warnings.size() == 2);  // no dogs in test, no validation
  CHECK_THROWS_AS(Dataset::open(folder / "one"), DataError);
}

TEST_CASE("missing folders and files in their place are named") {
  const TemporaryFolder folder;
  touch(folder / "pets.zip");
  make_folder(folder / "cats_and_dogs");
  CHECK_THROWS_WITH_AS(Dataset::open(folder / "cats_and_dog"), doctest::Contains("cats_and_dogs?"), IoError);
  CHECK_THROWS_WITH_AS(Dataset::open(folder / "cats_and_dog/"), doctest::Contains("cats_and_dogs?"), IoError);
  CHECK_THROWS_WITH_AS(Dataset::open(folder / "no/such"), doctest::Contains("does not exist either"),
                       IoError);
  CHECK_THROWS_WITH_AS(Dataset::open(folder / "pets.zip"), doctest::Contains("a ZIP or a tar is expected"),
                       FormatError);
  CHECK_THROWS_AS(Dataset::open(""), IoError);
}

TEST_CASE("folders that contain themselves by a link end") {
  const TemporaryFolder folder;
  fs::create_directory_symlink(".", folder / "self");
  CHECK_THROWS_AS(Dataset::open(folder.path()), DataError);
}

TEST_CASE("links to folders elsewhere are followed when that is asked for") {
  const TemporaryFolder folder, elsewhere;
  for (const char* name : {"cats", "dogs"}) {
    touch(elsewhere / name / "1.jpg");
    fs::create_directory_symlink(elsewhere / name, folder / name);
  }
  fs::create_directory_symlink(folder.path(), elsewhere / "cats/back");
  CHECK_THROWS_WITH_AS(Dataset::open(folder.path()), doctest::Contains("`follow_links` follows the links"),
                       DataError);
  const Dataset dataset = Dataset::open(folder.path(), {.outside_folders = OutsideFolders::follow});
  CHECK(dataset.classes == std::vector<std::string>{"cats", "dogs"});
  CHECK(dataset.split("all").samples.size() == 2);
}
