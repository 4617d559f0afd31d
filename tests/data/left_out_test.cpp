// Entries that are left out, in words.
#include "margay/data/left_out.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include "margay/archive/entry_name.h"
#include "margay/core/error.h"
#include "margay/data/dataset.h"
#include "tests/data/folders.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;
namespace fs = std::filesystem;

TEST_CASE("one entry and several are called by the noun of their reason") {
  LeftOut left_out;
  for (int i = 0; i < 2; ++i) {
    left_out.add("x", "a picture beside the splits");
    left_out.add("x", "a name that is there twice");
    left_out.add("x", "a line for a picture that is there already");
    left_out.add("x", "a raw file of a camera (.nef)");
    left_out.add("x", "hidden");
  }
  left_out.add("x", "a link to a folder outside the data set");
  CHECK(
      describe(left_out) ==
      "left out: 2 lines for a picture that is there already, 1 link to a folder outside the data set, "
      "2 names that are there twice, 2 pictures beside the splits, 2 raw files of a camera (.nef), 2 hidden");
}

TEST_CASE("several entries that an archive is not read for are called by their noun") {
  LeftOut left_out;
  for (const std::string& name :
       {std::string("/a"), std::string(), std::string(2000, 'a'), std::string("../a"), std::string("a\\b")})
    for (int i = 0; i < 2; ++i)
      left_out.add(name, std::string(archive::fault_of_name(name)) + " in the archive");
  for (int i = 0; i < 2; ++i) left_out.add("x", "a special file (device, socket or pipe) in the archive");
  CHECK(describe(left_out) ==
        "left out: 2 names that are absolute in the archive, 2 names that are empty in the archive, "
        "2 names that are too long in the archive, 2 names with '..' in the archive, "
        "2 names with a control character or a backslash in the archive, "
        "2 special files (device, socket or pipe) in the archive");
}

TEST_CASE("a class folder that cannot be opened is named") {
  if (::geteuid() == 0) return;  // who may open everything
  const test::TemporaryFolder folder;
  for (const char* name : {"a/1.jpg", "b/1.jpg", "c/1.jpg"}) test::write_text(folder / name, "x");
  fs::permissions(folder / "b", fs::perms::none);
  const Dataset dataset = Dataset::open(folder.path());
  fs::permissions(folder / "c", fs::perms::none);
  CHECK_THROWS_WITH_AS(Dataset::open(folder.path()), doctest::Contains("b is a folder that cannot be opened"),
                       DataError);
  for (const char* name : {"b", "c"}) fs::permissions(folder / name, fs::perms::owner_all);
  REQUIRE_FALSE(dataset.warnings.empty());
  CHECK(dataset.warnings.back() == "1 entry is not read: a folder that cannot be opened, such as b");
}
