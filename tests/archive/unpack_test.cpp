// Unpacking takes plain files below the folder and nothing else.
#include "margay/archive/unpack.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "tests/support/archive_writer.h"
#include "tests/support/temporary_folder.h"

namespace margay::archive {
namespace {

namespace fs = std::filesystem;
using test::ArchiveKind;
using test::Entry;
using test::write_archive;

/// An archive, a folder to unpack into, and a folder around both that must stay as it is.
struct Place {
  test::TemporaryFolder outer;
  fs::path archive = outer / "a.zip";
  fs::path folder = outer / "folder";
  Place() { fs::create_directory(folder); }

  size_t entries_outside() const {
    size_t count = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(outer.path())) ++count;
    return count - 2;
  }
};

TEST_CASE("files and folders are unpacked from zip and tar") {
  for (const ArchiveKind kind : {ArchiveKind::zip, ArchiveKind::tar_gz}) {
    Place place;
    write_archive(place.archive,
                  {{"set/", "", AE_IFDIR}, {"set/a.txt", "hello"}, {"set/deep/./b.txt", "x"}, {"empty", ""}},
                  kind);
    const UnpackedCount count = unpack(place.archive, place.folder);
    CHECK(count.files == 3);
    CHECK(count.bytes == 6);
    CHECK(read_text_file(place.folder / "set/a.txt") == "hello");
    CHECK(read_text_file(place.folder / "set/deep/b.txt") == "x");
    CHECK(fs::file_size(place.folder / "empty") == 0);
  }
}

TEST_CASE("names beyond ASCII are kept") {
  Place place;
  write_archive(place.archive, {{"Kätzchen 猫.jpg", "meow"}});
  unpack(place.archive, place.folder);
  CHECK(read_text_file(place.folder / "Kätzchen 猫.jpg") == "meow");
}

TEST_CASE("evil entries are refused and nothing appears outside") {
  const std::string long_name(2000, 'n');
  const std::vector<Entry> evil{
      {"../escaped", "x"},
      {"a/../../escaped", "x"},
      {"..", "x"},
      {"/tmp/margay-escaped", "x"},
      {"link", "", AE_IFLNK, "/etc/passwd"},
      {"link", "", AE_IFLNK, "elsewhere"},
      {"hard", "", AE_IFREG, "good"},
      {"pipe", "", AE_IFIFO},
      {"device", "", AE_IFCHR},
      {"back\\slash", "x"},
      {"new\nline", "x"},
      {"good", "again"},
      {"good/below-a-file", "x"},
      {long_name, "x"},
  };
  for (const Entry& entry : evil) {
    CAPTURE(entry.name);
    Place place;
    write_archive(place.archive, {{"good", "fine"}, entry}, ArchiveKind::tar_gz);
    CHECK_THROWS_AS(unpack(place.archive, place.folder), Error);
    CHECK(place.entries_outside() == 0);
    CHECK_FALSE(fs::exists("/tmp/margay-escaped"));
    CHECK_FALSE(fs::is_symlink(place.folder / "link"));
  }
}

TEST_CASE("a link in a zip is refused") {
  Place place;
  write_archive(place.archive, {{"link", "", AE_IFLNK, "/etc"}, {"link/passwd", "x"}});
  CHECK_THROWS_AS(unpack(place.archive, place.folder), FormatError);
}

TEST_CASE("limits end an archive that is too large") {
  Place place;
  write_archive(place.archive,
                {{"a", std::string(100'000, 'a')}, {"b", std::string(100'000, 'b')}, {"c", "c"}});
  CHECK_NOTHROW(unpack(place.archive, place.folder, {.max_entries = 3, .max_bytes = 200'001}));
  Place few;
  CHECK_THROWS_WITH_AS(unpack(place.archive, few.folder, {.max_entries = 2}),
                       doctest::Contains("more than 2 entries"), FormatError);
  Place small;
  CHECK_THROWS_WITH_AS(unpack(place.archive, small.folder, {.max_bytes = 150'000}),
                       doctest::Contains("more than 150000 bytes"), FormatError);
}

TEST_CASE("truncated and foreign archives are format errors") {
  Place place;
  std::string noise;
  for (int i = 0; i < 5000; ++i) noise += static_cast<char>((i * 7919) % 251);
  write_archive(place.archive, {{"a", noise}, {"b", noise}});
  const std::string whole = read_text_file(place.archive);
  for (const size_t length : {size_t{0}, size_t{3}, size_t{30}, size_t{200}, whole.size() / 2}) {
    CAPTURE(length);
    Place cut;
    write_file_atomically(cut.archive, std::string_view(whole).substr(0, length));
    CHECK_THROWS_AS(unpack(cut.archive, cut.folder), FormatError);
  }
  for (const std::string& text :
       {std::string("<html>404</html>"), std::string(4096, 'x'), std::string(4096, '\0')}) {
    Place foreign;
    write_file_atomically(foreign.archive, text);
    CHECK_THROWS_AS(unpack(foreign.archive, foreign.folder), FormatError);
  }
}

TEST_CASE("a changed byte is found by its checksum") {
  Place place;
  std::string noise;
  for (int i = 0; i < 5000; ++i) noise += static_cast<char>((i * 7919) % 251);
  write_archive(place.archive, {{"a", noise}});
  std::string bytes = read_text_file(place.archive);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x55);
  write_file_atomically(place.archive, bytes);
  CHECK_THROWS_AS(unpack(place.archive, place.folder), FormatError);
}

TEST_CASE("unpacking stops when asked and needs a file") {
  Place place;
  write_archive(place.archive, {{"a", "1"}, {"b", "2"}});
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(unpack(place.archive, place.folder, {}, {}, stop.get_token()), Interrupted);
  CHECK_THROWS_AS(unpack(place.outer / "absent.zip", place.folder), IoError);
  CHECK_THROWS_AS(unpack(place.folder, place.folder), IoError);
}

}  // namespace
}  // namespace margay::archive
