// Links that lead nowhere, and names that are nearly right.
#include "margay/data/missing_path.h"

#include <doctest/doctest.h>

#include "margay/core/atomic_file.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;
namespace fs = std::filesystem;

TEST_CASE("a link says where it does not lead") {
  const test::TemporaryFolder folder;
  fs::create_symlink("loop", folder / "loop");
  fs::create_symlink("gone", folder / "dead");
  make_folder(folder / "pets");
  fs::create_symlink("pets", folder / "alive");
  CHECK(describe_dead_link(folder / "loop") == "it is a link to loop, which leads back to itself");
  CHECK(describe_dead_link(folder / "loop/") == "it is a link to loop, which leads back to itself");
  CHECK(describe_dead_link(folder / "dead") == "it is a link to gone, which is not there");
  for (const char* name : {"alive", "pets", "nothing"}) CHECK(describe_dead_link(folder / name).empty());
}

TEST_CASE("the nearest entry is never the one that was asked for") {
  const test::TemporaryFolder folder;
  fs::create_symlink("pets", folder / "pets");
  CHECK(nearest_entry(folder / "pets").empty());
  make_folder(folder / "pests");
  CHECK(nearest_entry(folder / "pets") == folder / "pests");
  CHECK(nearest_entry(folder / "pets/") == folder / "pests");
  CHECK(nearest_entry(folder / "nowhere/pets").empty());
}
