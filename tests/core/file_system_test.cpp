// What the file system refuses is an error that says what and where.
#include "margay/core/file_system.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "margay/core/atomic_file.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
namespace fs = std::filesystem;

TEST_CASE("questions have an answer where the system gives one") {
  const test::TemporaryFolder folder;
  write_file_atomically(folder / "file", std::string_view("four"));
  make_folder(folder / "empty");
  make_folder(folder / "full/below");
  CHECK(path_exists(folder / "file"));
  CHECK(is_file(folder / "file"));
  CHECK(file_size_bytes(folder / "file") == 4);
  CHECK_FALSE(path_exists(folder / "none"));
  CHECK_FALSE(path_exists(folder / "file/below"));
  CHECK_FALSE(is_folder(folder / "file"));
  CHECK(is_empty_folder(folder / "empty"));
  CHECK_FALSE(is_empty_folder(folder / "full"));
  CHECK_FALSE(is_empty_folder(folder / "none"));
  CHECK(absolute_path("a").is_absolute());
  CHECK(entries_below(folder.path()).size() == 4);
  rename_path(folder / "full", folder / "moved");
  CHECK(is_folder(folder / "moved/below"));
  remove_tree(folder / "moved");
  CHECK_FALSE(path_exists(folder / "moved"));
  CHECK_NOTHROW(remove_tree(folder / "moved"));
}

TEST_CASE("a loop of links, a long name and an empty one are errors with the path and a way out") {
  const test::TemporaryFolder folder;
  fs::create_symlink("loop", folder / "loop");
  const fs::path below = folder / "loop/self";
  for (const auto& ask : {path_exists, is_folder, is_file, is_empty_folder}) {
    CHECK_THROWS_WITH_AS(ask(below), doctest::Contains("loop/self: "), IoError);
    CHECK_THROWS_WITH_AS(ask(below), doctest::Contains("leads back to itself"), IoError);
  }
  CHECK_THROWS_WITH_AS(path_exists(folder / std::string(5000, 'x')), doctest::Contains("shorter"), IoError);
  CHECK_THROWS_WITH_AS(file_size_bytes(folder / "none"), doctest::Contains("none: "), IoError);
  CHECK_THROWS_WITH_AS(entries_below(folder / "none"), doctest::Contains("cannot list"), IoError);
  CHECK_THROWS_WITH_AS(rename_path(folder / "none", folder / "x"), doctest::Contains("cannot rename"),
                       IoError);
  CHECK_THROWS_WITH_AS(absolute_path(""), doctest::Contains("an empty name"), IoError);
}

TEST_CASE("what the standard library throws is told as margay tells it") {
  const test::TemporaryFolder folder;
  fs::create_symlink("loop", folder / "loop");
  try {
    static_cast<void>(fs::exists(folder / "loop/self"));
    FAIL("nothing was thrown");
  } catch (const fs::filesystem_error& error) {
    const std::string message = io_error_of(error).what();
    CHECK(message.starts_with("[core.file] cannot use "));
    CHECK(message.find("loop/self: ") != std::string::npos);
    CHECK(message.find("filesystem error") == std::string::npos);
  }
}
