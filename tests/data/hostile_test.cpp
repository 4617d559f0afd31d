// A folder of hostile files, and of things that are no files, through everything that reads pictures.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <string>
#include <variant>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/data/decoded_cache.h"
#include "margay/data/fit_file.h"
#include "margay/data/inspection.h"
#include "tests/support/archive_writer.h"
#include "tests/support/hostile_files.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;
using Bytes = std::vector<uint8_t>;
namespace fs = std::filesystem;

namespace {

image::Preprocess small_spec() {
  image::Preprocess spec;
  spec.width = spec.height = 8;
  return spec;
}

/// Class a holds the hostile files, class b one good picture.
void write_hostile(const fs::path& root) {
  make_folder(root / "a");
  make_folder(root / "b");
  for (const test::HostileFile& file : test::hostile_files())
    write_file_atomically(root / "a" / file.name, std::span<const uint8_t>(file.bytes));
  write_file_atomically(root / "b/good.png", std::span<const uint8_t>(test::sample_file("source.png")));
}

template <class File>
std::map<std::string, std::string> by_name(const std::vector<File>& files, std::string File::*text) {
  std::map<std::string, std::string> found;
  for (const File& file : files) found[file.path.filename().string()] = file.*text;
  return found;
}

}  // namespace

TEST_CASE("an inspection and a cache list every hostile file with its reason") {
  const test::TemporaryFolder folder;
  write_hostile(folder.path());
  const Dataset dataset = Dataset::open(folder.path());
  WorkerPool pool(2);
  const Inspection inspection = inspect(dataset, pool);
  const DecodedCache cache = DecodedCache::build(dataset.splits.front(), small_spec(), pool);
  const auto skipped = by_name(inspection.skipped, &SkippedFile::reason);
  const auto noted = by_name(inspection.noted, &NotedFile::note);
  CHECK(by_name(cache.skipped(), &SkippedFile::reason) == skipped);
  CHECK(by_name(cache.noted(), &NotedFile::note) == noted);
  CHECK(cache.size() == inspection.usable());
  size_t partial = 0;
  for (const test::HostileFile& file : test::hostile_files()) {
    CAPTURE(file.name);
    const bool is_skipped = file.fate == test::Fate::skipped;
    CHECK(skipped.contains(file.name) == is_skipped);
    if (is_skipped) CHECK(skipped.at(file.name).find(file.says) != std::string::npos);
    if (!is_skipped && !file.says.empty()) CHECK(noted.at(file.name).find(file.says) != std::string::npos);
    partial += file.fate == test::Fate::partial ? 1 : 0;
  }
  CHECK(inspection.partial == partial);
  CHECK(inspection.to_json()["noted"].size() == noted.size());
}

TEST_CASE("what is no file of its own is listed and never waited for") {
  const test::TemporaryFolder folder;
  write_hostile(folder.path());
  const fs::path a = folder / "a";
  make_folder(a / "folder.jpg");
  REQUIRE(::mkfifo((a / "fifo.jpg").c_str(), 0600) == 0);
  fs::create_symlink("/etc/passwd", a / "outside.jpg");
  fs::create_symlink("nowhere", a / "broken-link.jpg");
  const Dataset dataset = Dataset::open(folder.path());
  WorkerPool pool(2);
  const auto skipped = by_name(inspect(dataset, pool).skipped, &SkippedFile::reason);
  CHECK(skipped.at("folder.jpg") == "a folder named like a picture");
  CHECK(skipped.at("fifo.jpg") == "not a regular file");
  CHECK(skipped.at("outside.jpg").find("the bytes are none of") != std::string::npos);
  CHECK(skipped.at("broken-link.jpg") == "a broken link");

  const auto reason = [](const fs::path& path) -> std::string {
    try {
      read_file(path);
    } catch (const IoError& error) {
      return error.what();
    }
    return "read";
  };
  CHECK(reason(a / "folder.jpg").find("not a regular file") != std::string::npos);
  CHECK(reason(a / "fifo.jpg").find("not a regular file") != std::string::npos);
  CHECK(reason(a / "broken-link.jpg").find("cannot open") != std::string::npos);
}

TEST_CASE("a file that is deleted or forbidden after it was found has a reason") {
  const test::TemporaryFolder folder;
  write_hostile(folder.path());
  for (const char* name : {"deleted.png", "forbidden.png"})
    write_file_atomically(folder / "a" / name, std::span<const uint8_t>(test::sample_file("source.png")));
  const Dataset dataset = Dataset::open(folder.path());
  fs::remove(folder / "a/deleted.png");
  fs::permissions(folder / "a/forbidden.png", fs::perms::none);
  WorkerPool pool(1);
  const auto skipped = by_name(inspect(dataset, pool).skipped, &SkippedFile::reason);
  CHECK(skipped.at("deleted.png").find("No such file") != std::string::npos);
  // Nothing is forbidden to root.
  if (::geteuid() != 0) CHECK(skipped.at("forbidden.png").find("Permission denied") != std::string::npos);
}

TEST_CASE("loops of links are no pictures and no fault") {
  const test::TemporaryFolder folder;
  const Bytes picture = test::sample_file("source.png");
  for (const char* name : {"a/1.png", "b/1.png"}) {
    make_folder((folder / name).parent_path());
    write_file_atomically(folder / name, std::span<const uint8_t>(picture));
  }
  fs::create_symlink("loop", folder / "loop");
  fs::create_symlink("pong", folder / "a/ping");
  fs::create_symlink("ping", folder / "a/pong");
  fs::create_symlink("two.jpg", folder / "a/one.jpg");
  fs::create_symlink("one.jpg", folder / "a/two.jpg");
  const Dataset dataset = Dataset::open(folder.path());
  CHECK(dataset.left_out.counts() == std::map<std::string, size_t>{{"a broken link", 3}});
  CHECK(dataset.split("all").samples.size() == 4);
  CHECK_THROWS_AS(Dataset::open(folder / "loop"), IoError);
  CHECK_THROWS_AS(Dataset::open(folder / "loop/deeper"), IoError);
  write_file_atomically(folder / "x.csv",
                        std::string_view("path,label\na/1.png,a\nb/1.png,b\nloop/x.zip/1.png,b\n"));
  const Dataset table = Dataset::open(folder / "x.csv");
  CHECK(table.split("all").samples.size() == 3);
  CHECK_THROWS_AS(table.split("all").read(2, 100), IoError);
}

TEST_CASE("an archive of thousands of deep folders takes little memory and is listed") {
  const test::TemporaryFolder folder;
  std::vector<test::Entry> entries{{"a/1.jpg", "x"}, {"b/1.jpg", "x"}};
  std::string deep;
  for (int i = 0; i < 500; ++i) deep += "d/";
  for (int i = 0; i < 200; ++i) entries.push_back({fmt::format("{}{}", i, deep) + "x.jpg", "x"});
  test::write_archive(folder / "x.tar.gz", entries, test::ArchiveKind::tar_gz);
  const Dataset dataset = Dataset::open(folder / "x.tar.gz");
  CHECK(dataset.classes == std::vector<std::string>{"a", "b"});
  CHECK(dataset.left_out.total() == 200);
}
