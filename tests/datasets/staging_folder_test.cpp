// Folders that appear whole or not at all.
#include "margay/datasets/staging_folder.h"

#include <doctest/doctest.h>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "tests/support/temporary_folder.h"

namespace margay::datasets {
namespace {

namespace fs = std::filesystem;

size_t count_entries(const fs::path& folder) {
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder)) ++count;
  return count;
}

TEST_CASE("a folder that is not committed leaves nothing") {
  const test::TemporaryFolder outer;
  {
    const StagingFolder staging(outer / "set");
    write_file_atomically(staging.path() / "a", std::string_view("x"));
    CHECK_FALSE(fs::exists(outer / "set"));
  }
  CHECK(count_entries(outer.path()) == 0);
}

TEST_CASE("a committed folder is in its place with ordinary rights") {
  const test::TemporaryFolder outer;
  StagingFolder staging(outer / "deep/set/");
  write_file_atomically(staging.path() / "a", std::string_view("x"));
  staging.commit();
  CHECK(read_text_file(outer / "deep/set/a") == "x");
  CHECK(count_entries(outer / "deep") == 1);
  CHECK((fs::status(outer / "deep/set").permissions() & fs::perms::owner_all) == fs::perms::owner_all);
}

TEST_CASE("a committed folder replaces an empty and a full one") {
  const test::TemporaryFolder outer;
  fs::create_directory(outer / "set");
  for (const char* text : {"first", "second"}) {
    StagingFolder staging(outer / "set");
    write_file_atomically(staging.path() / text, std::string_view(text));
    staging.commit();
    CHECK(fs::exists(outer / "set" / text));
    CHECK(count_entries(outer / "set") == 1);
  }
  CHECK(count_entries(outer.path()) == 1);
}

TEST_CASE("a place that cannot be written is an error") {
  const test::TemporaryFolder outer;
  write_file_atomically(outer / "file", std::string_view("x"));
  CHECK_THROWS_AS(StagingFolder(outer / "file/set"), IoError);
}

}  // namespace
}  // namespace margay::datasets
