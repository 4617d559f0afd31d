// Files are the old or the new version, and what cannot be read says so.
#include "margay/core/atomic_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "margay/core/error.h"
#include "margay/core/mapped_file.h"
#include "margay/core/new_file.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using margay::test::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

size_t entries_of(const fs::path& folder) {
  return static_cast<size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("what is written can be read") {
  const TemporaryFolder folder;
  std::string text = "text with \0 and \n";
  text.push_back('\0');
  write_file_atomically(folder / "a", std::string_view(text));
  CHECK(read_text_file(folder / "a") == text);
  const std::vector<uint8_t> bytes{0, 255, 10, 13};
  write_file_atomically(folder / "a", std::span<const uint8_t>(bytes));
  CHECK(read_file(folder / "a") == bytes);
  write_file_atomically(folder / "a", std::string_view());
  CHECK(read_file(folder / "a").empty());
  CHECK(entries_of(folder.path()) == 1);
}

TEST_CASE("a failure leaves the old file and no rubbish") {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a", std::string_view("old"));
  const auto fail = [](const fs::path& temporary) {
    std::ofstream(temporary) << "half of the new";
    throw std::runtime_error("disk full");
  };
  CHECK_THROWS_WITH_AS(replace_file_atomically(folder / "a", fail), "disk full", std::runtime_error);
  CHECK(read_text_file(folder / "a") == "old");
  CHECK(entries_of(folder.path()) == 1);
}

TEST_CASE("a fill that writes nothing is an error") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(replace_file_atomically(folder / "a", [](const fs::path&) {}), IoError);
  CHECK(entries_of(folder.path()) == 0);
}

TEST_CASE("places that cannot be written are refused") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH_AS(write_file_atomically(folder / "no/such/a", std::string_view("x")),
                       doctest::Contains("No such file or directory"), IoError);
  make_folder(folder / "taken/full");
  CHECK_THROWS_AS(write_file_atomically(folder / "taken", std::string_view("x")), IoError);
  CHECK(fs::is_directory(folder / "taken/full"));
  CHECK(entries_of(folder.path()) == 1);
}

TEST_CASE("what is no readable file is refused and nothing waits for a pipe") {
  const TemporaryFolder folder;
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  fs::create_symlink("loop", folder / "loop");
  write_file_atomically(folder / "ten", std::string_view("0123456789"));
  CHECK_THROWS_WITH_AS(read_file(folder / "absent"), doctest::Contains("absent"), IoError);
  CHECK_THROWS_WITH_AS(read_file(folder.path()), doctest::Contains("not a regular file"), IoError);
  CHECK_THROWS_WITH_AS(read_file(folder / "pipe"), doctest::Contains("not a regular file"), IoError);
  CHECK_THROWS_AS(read_file(folder / "loop"), IoError);
  CHECK_THROWS_WITH_AS(read_file(folder / "ten", 9), doctest::Contains("10 bytes, the limit is 9"), IoError);
  CHECK(read_file(folder / "ten", 10).size() == 10);
}

TEST_CASE("folders are made with their parents") {
  const TemporaryFolder folder;
  make_folder(folder / "a/b/c");
  CHECK(fs::is_directory(folder / "a/b/c"));
  CHECK_NOTHROW(make_folder(folder / "a/b/c"));
  write_file_atomically(folder / "file", std::string_view("x"));
  CHECK_THROWS_AS(make_folder(folder / "file"), IoError);
  CHECK_THROWS_AS(make_folder(folder / "file/below"), IoError);
}

TEST_CASE("a link stays and the file that it leads to is written") {
  const TemporaryFolder folder;
  make_folder(folder / "elsewhere");
  fs::create_symlink("elsewhere/file", folder / "link");
  for (const char* text : {"made", "replaced"}) {
    write_file_atomically(folder / "link", std::string_view(text));
    CHECK(fs::is_symlink(folder / "link"));
    CHECK(read_text_file(folder / "elsewhere/file") == text);
    CHECK(entries_of(folder / "elsewhere") == 1);
  }
}

TEST_CASE("a device or a pipe or a folder is not replaced") {
  const TemporaryFolder folder;
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  fs::create_symlink("/dev/null", folder / "null");
  for (const fs::path& path : {fs::path("/dev/null"), folder / "null", folder / "pipe", folder.path()}) {
    CAPTURE(path);
    CHECK_THROWS_WITH_AS(write_file_atomically(path, std::string_view("x")),
                         doctest::Contains("no regular file"), IoError);
  }
  CHECK(fs::is_character_file("/dev/null"));
  CHECK(fs::is_fifo(folder / "pipe"));
  CHECK(entries_of(folder.path()) == 2);
}

TEST_CASE("what is in the place of a new file is neither followed nor emptied") {
  const TemporaryFolder folder;
  write_file_atomically(folder / "theirs", std::string_view("theirs"));
  fs::create_symlink("theirs", folder / "planted");
  fs::create_symlink("made by nobody", folder / "dangling");
  for (const char* name : {"planted", "dangling", "theirs"}) {
    CHECK_THROWS_WITH_AS(NewFile(folder / name, "model"), doctest::Contains("cannot create model"), IoError);
    CHECK_THROWS_AS(MappedFile::create(folder / name, 8), IoError);
  }
  const std::vector<uint8_t> more{1};
  CHECK_THROWS_AS(append_to_file(folder / "planted", more), IoError);
  CHECK(read_text_file(folder / "theirs") == "theirs");
  CHECK_FALSE(fs::exists(folder / "made by nobody"));
}

TEST_CASE("pieces of any size make one new file") {
  const TemporaryFolder folder;
  const std::string large(100'000, 'x'), whole = "head" + large + "tail" + large + "end";
  NewFile file(folder / "a", folder / "a");
  for (const std::string& piece :
       {std::string("head"), large, std::string("tail"), large, std::string("end")})
    file.write(piece);
  file.finish();
  CHECK(read_text_file(folder / "a") == whole);
}

TEST_CASE("the old file stays under another name") {
  const TemporaryFolder folder;
  const auto write = [&](std::string_view text) {
    replace_file_atomically(
        folder / "a", [&](const fs::path& temporary) { std::ofstream(temporary) << text; }, folder / "b");
  };
  write("first");
  CHECK_FALSE(fs::exists(folder / "b"));
  write("second");
  write("third");
  CHECK(read_text_file(folder / "a") == "third");
  CHECK(read_text_file(folder / "b") == "second");
  CHECK(entries_of(folder.path()) == 2);
}

TEST_CASE("what killed programs left is removed and nothing else") {
  const TemporaryFolder folder;
  const std::string running = std::to_string(::getpid());
  // No process has so high a number.
  for (const char* left : {".a.999999999.0.tmp", ".b.c.999999999.12.tmp"})
    std::ofstream(folder / left) << "half";
  const std::vector<std::string> stay{"a",
                                      ".a.tmp",
                                      ".a.x.0.tmp",
                                      ".d.999999999.0.tmp",
                                      ".a.9.txt",
                                      "." + running,
                                      ".a." + running + ".0.tmp"};
  for (const std::string& name : stay) std::ofstream(folder / name) << "whole";
  remove_abandoned_files(folder.path(), [](const std::string& name) { return name == "a" || name == "b.c"; });
  CHECK(entries_of(folder.path()) == stay.size());
  for (const std::string& name : stay) CHECK(fs::exists(folder / name));
}
