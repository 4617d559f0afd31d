// Archives are read in any order by many threads, and what is wrong with them is said and never followed.
#include "margay/archive/archive.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <cstring>
#include <map>
#include <string>

#include "margay/archive/gzip_file.h"
#include "margay/archive/zip_archive.h"
#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/worker_pool.h"
#include "tests/support/archive_writer.h"
#include "tests/support/skipped.h"
#include "tests/support/temporary_folder.h"

namespace margay::archive {
namespace {

namespace fs = std::filesystem;
using test::ArchiveKind;
using test::Entry;
using test::write_archive;

constexpr ArchiveKind kKinds[] = {ArchiveKind::zip, ArchiveKind::tar, ArchiveKind::tar_gz,
                                  ArchiveKind::tar_xz, ArchiveKind::tar_zst};
constexpr uint64_t kNoLimit = 1 << 20;

/// An opened archive and what it told.
struct Opened {
  std::map<std::string, uint32_t> entries;
  std::map<std::string, std::string> refused;
  std::shared_ptr<const Archive> archive;

  explicit Opened(const fs::path& path, const ArchiveLimits& limits = {}) {
    const Listener listener{
        [this](std::string_view name, uint32_t entry) { entries[std::string(name)] = entry; },
        [this](std::string_view name, std::string_view reason) { refused[std::string(name)] = reason; }};
    archive = open_archive(path, listener, limits);
  }

  std::string read(const std::string& name, uint64_t limit = kNoLimit) const {
    const std::vector<uint8_t> bytes = archive->read(entries.at(name), limit);
    return {bytes.begin(), bytes.end()};
  }
};

std::string noise(size_t size) {
  std::string text;
  for (size_t i = 0; i < size; ++i) text += static_cast<char>(i * i * 7919 % 251);
  return text;
}

/// The little-endian number at the first place of a mark, moved by an offset, replaced.
void patch(const fs::path& path, std::string_view mark, size_t offset, uint32_t value) {
  std::string bytes = read_text_file(path);
  const size_t at = bytes.find(mark);
  REQUIRE(at != bytes.npos);
  std::memcpy(bytes.data() + at + offset, &value, sizeof value);
  write_file_atomically(path, bytes);
}

/// Reads everything; true when nothing was wrong. Whatever is wrong has to be a FormatError.
bool reads_whole(const fs::path& path) {
  try {
    const Opened opened(path);
    for (const auto& [name, entry] : opened.entries)
      if (!name.ends_with('/')) opened.archive->read(entry, kNoLimit);
    return true;
  } catch (const FormatError&) {
    return false;
  }
}

TEST_CASE("files are read in any order from every kind of archive") {
  const std::string long_name = "a/" + std::string(180, 'l') + "/" + std::string(90, 'n') + ".jpg";
  for (const ArchiveKind kind : kKinds) {
    CAPTURE(static_cast<int>(kind));
    const test::TemporaryFolder folder;
    // libarchive writes names beyond ASCII into a tar only where the locale is UTF-8.
    const std::string cat = kind == ArchiveKind::zip ? "Kätzchen 猫.jpg" : "cat.jpg";
    write_archive(folder / "x",
                  {{"a/", "", AE_IFDIR},
                   {"a/1.jpg", noise(70'000)},
                   {"empty", ""},
                   {long_name, "long"},
                   {cat, "meow"},
                   {"b/2.jpg", noise(513)}},
                  kind);
    const Opened opened(folder / "x");
    CHECK(opened.entries.size() == 6);
    CHECK(opened.entries.contains("a/"));
    CHECK(opened.refused.empty());
    for (int round = 0; round < 2; ++round) {
      CHECK(opened.read("b/2.jpg") == noise(513));
      CHECK(opened.read("empty").empty());
      CHECK(opened.read("a/1.jpg") == noise(70'000));
      CHECK(opened.read(long_name) == "long");
      CHECK(opened.read(cat) == "meow");
    }
  }
}

TEST_CASE("many threads read at once") {
  for (const ArchiveKind kind : {ArchiveKind::zip, ArchiveKind::tar, ArchiveKind::tar_gz}) {
    const test::TemporaryFolder folder;
    std::vector<Entry> entries;
    for (size_t i = 0; i < 100; ++i) entries.push_back({std::to_string(i), noise(1000 + i)});
    write_archive(folder / "x", entries, kind);
    const Opened opened(folder / "x");
    std::vector<std::string> found(400);
    WorkerPool pool(8);
    pool.parallel_for(found.size(), [&](size_t i) { found[i] = opened.read(std::to_string(i % 100)); });
    for (size_t i = 0; i < found.size(); ++i) CHECK(found[i] == noise(1000 + i % 100));
  }
}

TEST_CASE("evil entries are refused by name and the others are read") {
  const std::vector<Entry> evil{{"../escaped", "x"},          {"a/../../escaped", "x"},
                                {"/absolute", "x"},           {"link", "", AE_IFLNK, "/etc/passwd"},
                                {"back\\slash", "x"},         {"new\nline", "x"},
                                {std::string(2000, 'n'), "x"}};
  for (const ArchiveKind kind : kKinds)
    for (const Entry& entry : evil) {
      CAPTURE(entry.name);
      const test::TemporaryFolder folder;
      write_archive(folder / "x", {entry, {"good", "1"}}, kind);
      const Opened opened(folder / "x");
      CHECK(opened.entries.size() == 1);
      CHECK(opened.refused.size() == 1);
      CHECK(opened.read("good") == "1");
    }
  const test::TemporaryFolder folder;
  write_archive(folder / "x", {{"good", "1"}, {"hard", "", AE_IFREG, "good"}, {"pipe", "", AE_IFIFO}},
                ArchiveKind::tar);
  const Opened opened(folder / "x");
  CHECK(opened.refused ==
        std::map<std::string, std::string>{{"pipe", "a special file (device, socket or pipe)"}});
}

TEST_CASE("links to files of the same archive are those files and no others are looked at") {
  for (const ArchiveKind kind : {ArchiveKind::zip, ArchiveKind::tar, ArchiveKind::tar_gz}) {
    CAPTURE(static_cast<int>(kind));
    const test::TemporaryFolder folder;
    std::vector<Entry> entries{{"a/soft", "", AE_IFLNK, "../b/./1"},
                               {"a/over", "", AE_IFLNK, "soft"},
                               {"b/1", noise(600)},
                               {"loop", "", AE_IFLNK, "pool"},
                               {"pool", "", AE_IFLNK, "loop"},
                               {"to_folder", "", AE_IFLNK, "b"},
                               {"nowhere", "", AE_IFLNK, "b/2"},
                               {"outside", "", AE_IFLNK, "../b/1"},
                               {"absolute", "", AE_IFLNK, "/b/1"}};
    if (kind != ArchiveKind::zip) entries.push_back({"hard", "", AE_IFREG, "b/1"});
    write_archive(folder / "x", entries, kind);
    const Opened opened(folder / "x");
    for (const char* name : {"a/soft", "a/over", "b/1"}) CHECK(opened.read(name) == noise(600));
    if (kind != ArchiveKind::zip) CHECK(opened.read("hard") == noise(600));
    CHECK(opened.entries.size() == (kind == ArchiveKind::zip ? 3 : 4));
    CHECK(opened.refused.size() == 6);
    for (const auto& [name, reason] : opened.refused) CHECK(reason == "a symbolic link to no file");
  }
}

TEST_CASE("the beginning of a file is read alone") {
  for (const ArchiveKind kind : kKinds) {
    const test::TemporaryFolder folder;
    write_archive(folder / "x", {{"a", noise(70'000)}, {"b", "2"}}, kind);
    const Opened opened(folder / "x");
    const std::vector<uint8_t> start = opened.archive->read_start(opened.entries.at("a"), 512);
    CHECK(std::string(start.begin(), start.end()) == noise(70'000).substr(0, 512));
    CHECK(opened.archive->read_start(opened.entries.at("b"), 512).size() == 1);
    CHECK(opened.archive->size_bytes(opened.entries.at("a")) == 70'000);
  }
}

TEST_CASE("a size that no compressed bytes can come to takes no memory") {
  constexpr std::string_view kCentralHeader = "PK\x01\x02";
  constexpr size_t kUncompressedSize = 24;
  const test::TemporaryFolder folder;
  write_archive(folder / "x", {{"a", std::string(5000, '0')}});
  patch(folder / "x", kCentralHeader, kUncompressedSize, 1u << 30);
  const Opened opened(folder / "x");
  CHECK_THROWS_WITH_AS(opened.read("a", uint64_t{1} << 31),
                       doctest::Contains("is declared to have 1073741824 bytes"), FormatError);
}

TEST_CASE("an encrypted entry is refused") {
  const test::TemporaryFolder folder;
  write_archive(folder / "x", {{"secret", "1"}}, ArchiveKind::zip, "password");
  const Opened opened(folder / "x");
  CHECK(opened.entries.empty());
  CHECK(opened.refused == std::map<std::string, std::string>{{"secret", "encrypted"}});
}

TEST_CASE("limits hold") {
  for (const ArchiveKind kind : kKinds) {
    CAPTURE(static_cast<int>(kind));
    const test::TemporaryFolder folder;
    write_archive(folder / "x", {{"a", std::string(5000, '0')}, {"b", "2"}}, kind);
    const Opened opened(folder / "x");
    CHECK_THROWS_WITH_AS(opened.read("a", 4999), doctest::Contains("has 5000 bytes, the limit is 4999"),
                         FormatError);
    CHECK(opened.read("a", 5000).size() == 5000);
    CHECK_THROWS_WITH_AS(Opened(folder / "x", {.max_entries = 1}), doctest::Contains("more than 1 entries"),
                         FormatError);
  }
  const test::TemporaryFolder folder;
  write_archive(folder / "bomb", {{"zeros", std::string(1 << 20, '\0')}}, ArchiveKind::tar_gz);
  CHECK_THROWS_WITH_AS(Opened(folder / "bomb", {.max_unpacked_bytes = 1000}),
                       doctest::Contains("more than 1000 bytes when unpacked"), FormatError);
}

TEST_CASE("a size that the ZIP does not keep is found") {
  constexpr std::string_view kCentralHeader = "PK\x01\x02";
  constexpr size_t kUncompressedSize = 24;
  for (const uint32_t lie : {4000u, 6000u}) {
    const test::TemporaryFolder folder;
    write_archive(folder / "x", {{"a", std::string(5000, '0')}});
    patch(folder / "x", kCentralHeader, kUncompressedSize, lie);
    CHECK_FALSE(reads_whole(folder / "x"));
  }
}

TEST_CASE("an archive cut anywhere is refused or whole and never anything else") {
  for (const ArchiveKind kind : kKinds) {
    CAPTURE(static_cast<int>(kind));
    const test::TemporaryFolder folder;
    write_archive(folder / "x", {{"a", noise(700)}, {"b/c", "2"}}, kind);
    const std::string whole = read_text_file(folder / "x");
    REQUIRE(reads_whole(folder / "x"));
    // A tar ends with padding, which nobody misses.
    const size_t needed = kind == ArchiveKind::zip ? whole.size() : kind == ArchiveKind::tar ? 512 + 700 : 1;
    for (size_t size = 0; size < whole.size(); size += kind == ArchiveKind::tar ? 61 : 1) {
      write_file_atomically(folder / "cut", std::string_view(whole).substr(0, size));
      const bool read = reads_whole(folder / "cut");
      if (size < needed) CHECK_FALSE(read);
    }
  }
}

TEST_CASE("a changed byte is an error or changes nothing but names") {
  const test::TemporaryFolder folder;
  write_archive(folder / "x", {{"a", noise(300)}});
  const std::string whole = read_text_file(folder / "x");
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string bytes = whole;
    bytes[i] = static_cast<char>(bytes[i] ^ 0x55);
    write_file_atomically(folder / "changed", bytes);
    CAPTURE(i);
    CHECK_NOTHROW(reads_whole(folder / "changed"));
  }
}

TEST_CASE("what is no archive says so") {
  const test::TemporaryFolder folder;
  for (const std::string_view text : {"", "text", "PK\x03\x04", "PK\x05\x06 and more", "\x1f\x8b not gzip"}) {
    write_file_atomically(folder / "x", text);
    CHECK_THROWS_AS(Opened(folder / "x"), FormatError);
  }
  CHECK_THROWS_AS(Opened(folder / "absent"), IoError);
  CHECK_THROWS_AS(Opened(folder.path()), IoError);
}

TEST_CASE("an archive that this machine cannot open is not called damaged") {
  if (!test::runs_within_limits()) return;
  const test::TemporaryFolder folder;
  write_archive(folder / "x.zip", {{"a", "1"}}, ArchiveKind::zip);
  write_archive(folder / "x.tar", {{"a", "1"}}, ArchiveKind::tar);
  const auto ignore = [](std::string_view, auto) {};
  CHECK_THROWS_AS(open_zip(folder / "absent.zip", {ignore, ignore}, {}), IoError);
  // As if as many files were open as may be.
  rlimit files{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &files) == 0);
  const rlimit none{.rlim_cur = 0, .rlim_max = files.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  CHECK_THROWS_AS(open_zip(folder / "x.zip", {ignore, ignore}, {}), IoError);
  CHECK_THROWS_AS(open_archive(folder / "x.tar", {ignore, ignore}), IoError);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &files) == 0);
}

TEST_CASE("what is no gzip is told that gzip is expected") {
  const test::TemporaryFolder folder;
  for (const std::string_view text : {"", "text", "\x1f\x8b not gzip"}) {
    write_file_atomically(folder / "x.gz", text);
    CHECK_THROWS_WITH_AS(read_gzip_file(folder / "x.gz", 1000),
                         doctest::Contains("Hint: one file that is compressed with gzip is expected"),
                         FormatError);
  }
}

TEST_CASE("a request to stop ends the unpacking of a tar") {
  const test::TemporaryFolder folder;
  write_archive(folder / "x", {{"a", "1"}}, ArchiveKind::tar_gz);
  std::stop_source stop;
  stop.request_stop();
  const auto ignore = [](std::string_view, auto) {};
  CHECK_THROWS_AS(open_archive(folder / "x", {ignore, ignore}, {}, {}, stop.get_token()), Interrupted);
}

}  // namespace
}  // namespace margay::archive
