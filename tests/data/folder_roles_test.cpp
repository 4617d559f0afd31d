// Which folders are splits and which are classes, and when that has to be asked.
#include "margay/data/folder_roles.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/data/dataset.h"
#include "tests/data/folders.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;
using margay::test::TemporaryFolder;
using margay::test::write_text;

namespace {

using Names = std::vector<std::string>;

/// A picture in each of the folders.
void touch_in(const TemporaryFolder& folder, const Names& folders) {
  for (const std::string& name : folders) write_text(folder / name / "1.jpg", "x");
}

Names splits_of(const Dataset& dataset) {
  Names names;
  for (const Split& split : dataset.splits) names.push_back(split.name);
  return names;
}

}  // namespace

TEST_CASE("splits by any name are splits") {
  const Names rows[] = {{"Training", "Testing"}, {"training_set", "test_set"},
                        {"TRAIN", "Test"},       {"flowers_train", "flowers_test"},
                        {"trn", "tst"},          {"train2017", "test2017"},
                        {"trainval", "test"},    {"train_val", "test"}};
  for (const Names& row : rows) {
    CAPTURE(row[0]);
    const TemporaryFolder folder;
    for (const std::string& split : row) touch_in(folder, {split + "/a", split + "/b"});
    const Dataset dataset = Dataset::open(folder.path());
    CHECK(dataset.classes == Names{"a", "b"});
    CHECK(splits_of(dataset) == Names{"train", "test"});
  }
}

TEST_CASE("a split that was unpacked into a folder of its own name is entered") {
  const TemporaryFolder folder;
  touch_in(folder, {"seg_train/seg_train/sea", "seg_train/seg_train/ice", "seg_test/seg_test/sea",
                    "seg_test/seg_test/ice"});
  const Dataset dataset = Dataset::open(folder.path());
  CHECK(dataset.classes == Names{"ice", "sea"});
  CHECK(splits_of(dataset) == Names{"train", "test"});
  CHECK(dataset.warnings.size() == 1);  // no validation
}

TEST_CASE("splits inside the folders of the classes are splits") {
  const TemporaryFolder folder;
  touch_in(folder, {"cats/train", "cats/test", "dogs/train", "dogs/test"});
  const Dataset dataset = Dataset::open(folder.path());
  CHECK(dataset.classes == Names{"cats", "dogs"});
  CHECK(splits_of(dataset) == Names{"train", "test"});
  CHECK(dataset.split("test").path(1) == folder / "dogs/test/1.jpg");
  // Somebody who says what the classes are has decided.
  CHECK(splits_of(Dataset::open(folder.path(), {.labels = Labels::top})) == Names{"all"});
}

TEST_CASE("folders of unknown names that hold the same folders are refused until it is said what they are") {
  const TemporaryFolder folder;
  touch_in(folder, {"spring/a", "spring/b", "autumn/a", "autumn/b"});
  CHECK_THROWS_WITH_AS(Dataset::open(folder.path()),
                       doctest::Contains("the folders autumn and spring hold folders"), DataError);
  CHECK_THROWS_WITH_AS(Dataset::open(folder.path()), doctest::Contains("`labels=leaf`"), DataError);
  CHECK(Dataset::open(folder.path(), {.labels = Labels::top}).classes == Names{"autumn", "spring"});
  CHECK(Dataset::open(folder.path(), {.labels = Labels::leaf}).classes == Names{"a", "b"});
  CHECK(Dataset::open(folder.path(), {.labels = Labels::path}).classes.size() == 4);
}

TEST_CASE("data sets side by side are no classes") {
  for (const Names& folders : {Names{"one/train/a", "one/train/b", "two/train/a", "two/train/b"},
                               Names{"one/train/a", "one/train/b", "one/val/a", "one/val/b", "two/train/a",
                                     "two/train/b", "two/val/a", "two/val/b"}}) {
    const TemporaryFolder folder;
    touch_in(folder, folders);
    CHECK_THROWS_WITH_AS(Dataset::open(folder.path()),
                         doctest::Contains("one and two are data sets of their own"), DataError);
    CHECK(Dataset::open(folder.path(), {.labels = Labels::leaf}).classes == Names{"a", "b"});
  }
}

TEST_CASE("a class without the splits of the others is named") {
  const TemporaryFolder folder;
  touch_in(folder, {"cats/train", "cats/test", "dogs/train", "dogs/test", "birds"});
  CHECK_THROWS_WITH_AS(Dataset::open(folder.path()),
                       doctest::Contains("the folder cats holds splits (test, train), and birds holds none"),
                       DataError);
}

TEST_CASE("folders of classes that no split holds are refused until it is said that they do not count") {
  const struct {
    Names folders;
    const char* says;
    Names told;  ///< splits where the outer folders are said to be meant
  } cases[] = {
      {{"train/a", "train/b", "validation_old/a", "validation_old/b"},
       "validation_old stands beside",
       {"train"}},
      {{"a", "b", "val/a", "val/b"},
       "the folder a stands beside the split val and has the name",
       {"validation"}},
      {{"cats", "dogs", "test"}, "the folder test has the name of a split", {"all"}},
      {{"cats", "dogs", "Validation"}, "the folder Validation has the name of a split", {"all"}},
      {{"a/train", "a/val", "b"}, "the folder a holds splits (train, val), and b holds none", {"all"}},
  };
  for (const auto& one : cases) {
    const TemporaryFolder folder;
    touch_in(folder, one.folders);
    CHECK_THROWS_WITH_AS(Dataset::open(folder.path()), doctest::Contains(one.says), DataError);
    CHECK_THROWS_WITH_AS(Dataset::open(folder.path()), doctest::Contains("`labels=top`"), DataError);
    CHECK(splits_of(Dataset::open(folder.path(), {.labels = Labels::top})) == one.told);
  }
}

TEST_CASE("a class may have the name of a split where nothing is lost by it") {
  for (const Names& folders : {Names{"car", "plane", "train"}, Names{"train/a", "train/b", "extra/c"}}) {
    const TemporaryFolder folder;
    touch_in(folder, folders);
    CHECK_NOTHROW(Dataset::open(folder.path()));
  }
  const TemporaryFolder folder;
  touch_in(folder, {"cats", "dogs"});
  make_folder(folder / "test");  // without pictures
  CHECK_NOTHROW(Dataset::open(folder.path()));
}

TEST_CASE("one inner folder in common, or inner folders without pictures, are no sign of splits") {
  const TemporaryFolder folder;
  touch_in(folder, {"cats/indoor", "cats/garden", "dogs/indoor", "dogs/street"});
  make_folder(folder / "dogs/garden");
  CHECK(Dataset::open(folder.path()).classes == Names{"cats", "dogs"});
}
