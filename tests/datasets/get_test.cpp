// Fetching data sets: mirrors first, checked, remembered, found again; and the real archive where it is at
// hand.
#include "margay/datasets/get.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>
#include <string>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/cache_folder.h"
#include "margay/core/error.h"
#include "margay/core/sha256.h"
#include "margay/image/encode.h"
#include "tests/fetch/loopback_server.h"
#include "tests/support/archive_writer.h"
#include "tests/support/assets.h"
#include "tests/support/temporary_folder.h"

namespace margay::datasets {
namespace {

namespace fs = std::filesystem;
using test::Entry;
using test::write_archive;

std::string picture() {
  const image::Image gray(8, 8);
  const std::vector<uint8_t> bytes = image::encode_jpeg(gray);
  return {bytes.begin(), bytes.end()};
}

/// A data set of five pictures, its archive in a mirror folder, an empty cache, and no network.
struct World {
  test::TemporaryFolder folder;
  PublishedDataset dataset{
      .name = "tiny",
      .description = "five pictures",
      .licence = "MIT",
      .archives = {{.file = "file.zip", .url = "http://127.0.0.1:1/file.zip"}},
      .root = "tiny_root",
      .folders = {{"train/cats", 2}, {"train/dogs", 1}, {"validation/cats", 1}, {"validation/dogs", 1}},
      .max_bytes = 1'000'000,
  };
  GetOptions options;

  World() {
    test::bypass_proxies();
    fs::create_directory(folder / "mirror");
    options.cache = folder / "cache";
    options.mirror = (folder / "mirror").string();
    options.download = {.connect_timeout_s = 5, .stall_timeout_s = 5, .attempts = 1, .pause_s = 0.01};
    write_archive(archive(), entries());
  }
  /// In place of the mirror folder.
  void publish_at(test::LoopbackServer& server) {
    server.set_file(read_text_file(archive()), "\"one\"");
    options.mirror = "/no/such/folder";
    dataset.archives[0].url = server.url();
  }
  fs::path archive() const { return folder / "mirror/file.zip"; }
  fs::path home() const { return folder / "cache/datasets/tiny"; }
  static std::vector<Entry> entries() {
    return {{"tiny_root/train/cats/cat.0.jpg", picture()},
            {"tiny_root/train/cats/cat.1.jpg", picture()},
            {"tiny_root/train/dogs/dog.0.jpg", picture()},
            {"tiny_root/validation/cats/cat.2.jpg", picture()},
            {"tiny_root/validation/dogs/dog.1.jpg", picture()}};
  }
  fs::path get() const { return get_dataset(dataset, options); }
};

/// Sets a variable for the length of a test.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* old = ::getenv(name)) old_ = old;
    value != nullptr ? ::setenv(name, value, 1) : ::unsetenv(name);
  }
  ~Environment() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }

 private:
  const char* name_;
  std::optional<std::string> old_;
};

TEST_CASE("a data set is fetched from a mirror folder and found again") {
  World world;
  CHECK_FALSE(find_dataset(world.dataset, world.options.cache));
  const fs::path path = world.get();
  CHECK(path == world.home() / "tiny_root");
  CHECK(fs::exists(path / "train/cats/cat.1.jpg"));
  CHECK(find_dataset(world.dataset, world.options.cache) == path);
  const Manifest manifest = manifest_of(world.dataset, world.options.cache);
  CHECK(manifest.archives.at(0).sha256 == sha256_hex_of_file(world.archive()));
  CHECK(manifest.archives.at(0).bytes == fs::file_size(world.archive()));
  CHECK(manifest.archives.at(0).origin == world.archive().string());
  CHECK(manifest.pictures == 5);
  CHECK(fs::exists(world.archive()));
}

TEST_CASE("a second get does nothing unless forced") {
  World world;
  const fs::path path = world.get();
  write_file_atomically(path / "mine.txt", std::string_view("x"));
  fs::remove(world.archive());
  CHECK(world.get() == path);
  CHECK(fs::exists(path / "mine.txt"));
  write_archive(world.archive(), World::entries());
  world.options.force = true;
  CHECK(world.get() == path);
  CHECK_FALSE(fs::exists(path / "mine.txt"));
}

TEST_CASE("a data set that lost a picture is fetched again") {
  World world;
  const fs::path path = world.get();
  fs::remove(path / "train/dogs/dog.0.jpg");
  CHECK_FALSE(find_dataset(world.dataset, world.options.cache));
  world.get();
  CHECK(fs::exists(path / "train/dogs/dog.0.jpg"));
}

TEST_CASE("a data set is fetched from an address and the download is not kept") {
  World world;
  test::LoopbackServer server;
  world.publish_at(server);
  const fs::path path = world.get();
  CHECK(fs::exists(path / "train/cats/cat.0.jpg"));
  CHECK(manifest_of(world.dataset, world.options.cache).archives.at(0).origin == server.url());
  CHECK_FALSE(fs::exists(world.folder / "cache/downloads/file.zip"));
}

TEST_CASE("a download that this machine has no place to unpack is there for the next time") {
  World world;
  test::LoopbackServer server;
  world.publish_at(server);
  make_folder(world.options.cache);
  write_file_atomically(world.options.cache / "datasets", std::string_view("in the way"));
  CHECK_THROWS_AS(world.get(), IoError);
  CHECK(fs::exists(world.options.cache / "downloads/file.zip"));
  fs::remove(world.options.cache / "datasets");
  const int requests = server.requests;
  world.get();
  CHECK(server.requests == requests);
}

TEST_CASE("a mirror may be an address and comes before the published one") {
  World world;
  test::LoopbackServer server;
  server.set_file(read_text_file(world.archive()), "\"one\"");
  world.options.mirror = "/no/such/folder:" + server.url("");
  world.get();
  CHECK(manifest_of(world.dataset, world.options.cache).archives.at(0).origin == server.url());
}

TEST_CASE("what was tried is told when nothing has it") {
  World world;
  test::LoopbackServer server;
  world.options.mirror = "/no/such/folder:" + server.url("/empty");
  CHECK_THROWS_WITH_AS(world.get(), doctest::Contains("/no/such/folder/file.zip: no such file"), IoError);
  CHECK_THROWS_WITH_AS(world.get(), doctest::Contains("404"), IoError);
  CHECK_THROWS_WITH_AS(world.get(), doctest::Contains("127.0.0.1:1/file.zip"), IoError);
  CHECK_THROWS_WITH_AS(world.get(), doctest::Contains("MARGAY_MIRROR"), IoError);
}

TEST_CASE("a mirror that answers a page is passed over and named when nothing else has the archive") {
  World world;
  test::LoopbackServer page, good;
  page.set_file("\n<!DOCTYPE html><html><body>Please log in</body></html>", "");
  good.set_file(read_text_file(world.archive()), "\"one\"");
  world.options.mirror = page.url("") + ":" + good.url("");
  world.get();
  CHECK(manifest_of(world.dataset, world.options.cache).archives.at(0).origin == good.url());
  world.options.force = true;
  world.options.mirror = page.url("");
  CHECK_THROWS_WITH_AS(world.get(), doctest::Contains("a page (HTML or XML)"), IoError);
  CHECK_THROWS_WITH_AS(world.get(), doctest::Contains("127.0.0.1:1/file.zip"), IoError);
  page.set_file("{\"error\": 7}", "");
  CHECK_THROWS_WITH_AS(world.get(), doctest::Contains("expected an archive"), IoError);
}

TEST_CASE("a mirror with a whole archive of something else is passed over, and what each has is told") {
  World world;
  std::vector<Entry> fewer = World::entries();
  fewer.pop_back();
  fs::create_directory(world.folder / "wrong");
  write_archive(world.folder / "wrong/file.zip", fewer);
  const std::string wrong = (world.folder / "wrong").string();
  world.options.mirror = wrong + ":" + (world.folder / "mirror").string();
  const fs::path path = world.get();
  CHECK(fs::exists(path / "validation/dogs/dog.1.jpg"));
  CHECK(manifest_of(world.dataset, world.options.cache).archives.at(0).origin == world.archive().string());
  CHECK(fs::exists(world.folder / "wrong/file.zip"));
  // The same from addresses, whose downloads are not kept.
  test::LoopbackServer server, good;
  server.set_file(read_text_file(world.folder / "wrong/file.zip"), "");
  good.set_file(read_text_file(world.archive()), "");
  world.options.force = true;
  world.options.mirror = server.url("") + ":" + good.url("");
  world.get();
  CHECK(manifest_of(world.dataset, world.options.cache).archives.at(0).origin == good.url());
  CHECK_FALSE(fs::exists(world.folder / "cache/downloads/file.zip"));
  world.options.mirror = wrong + ":" + server.url("");
  for (const std::string& said : {wrong + "/file.zip: ", server.url() + ": ",
                                  std::string("127.0.0.1:1/file.zip"), std::string("expected 1")})
    CHECK_THROWS_WITH_AS(world.get(), doctest::Contains(said.c_str()), DataError);
  CHECK(find_dataset(world.dataset, world.options.cache) == path);
}

TEST_CASE("a wrong archive of a mirror does not spoil what the publisher has of the same set") {
  World world;
  std::vector<Entry> fewer = World::entries();
  fewer.pop_back();
  test::LoopbackServer good, other;
  good.set_file(read_text_file(world.archive()), "");
  write_archive(world.folder / "other.zip", {{"labels.txt", "x"}});
  other.set_file(read_text_file(world.folder / "other.zip"), "");
  write_archive(world.archive(), fewer);
  world.dataset.archives = {{.file = "file.zip", .url = good.url()},
                            {.file = "other.zip", .url = other.url()}};
  world.get();
  const Manifest manifest = manifest_of(world.dataset, world.options.cache);
  CHECK(manifest.archives.at(0).origin == good.url());
  CHECK(manifest.archives.at(1).origin == other.url());
  // Where the publisher's are wrong as well, there is an end.
  good.set_file(read_text_file(world.archive()), "");
  world.options.force = true;
  CHECK_THROWS_WITH_AS(world.get(), doctest::Contains(good.url().c_str()), DataError);
}

TEST_CASE("archives with other contents are refused and leave nothing") {
  const auto refused = [](auto change) {
    World world;
    std::vector<Entry> entries = World::entries();
    change(entries);
    write_archive(world.archive(), entries);
    CHECK_THROWS_AS(world.get(), Error);
    CHECK_FALSE(fs::exists(world.home()));
    CHECK(fs::is_empty(world.folder / "cache/datasets"));
  };
  refused([](auto& entries) { entries.pop_back(); });
  refused([](auto& entries) { entries.push_back({"tiny_root/train/cats/more.jpg", picture()}); });
  refused([](auto& entries) { entries.push_back({"tiny_root/train/birds/bird.jpg", picture()}); });
  refused([](auto& entries) { entries.push_back({"tiny_root/readme.txt", "x"}); });
  refused([](auto& entries) { entries[2].content = "not a picture"; });
  refused([](auto& entries) { entries[2].content.resize(entries[2].content.size() / 3); });
  refused([](auto& entries) { entries[2].name = "../escaped.jpg"; });
  refused([](auto& entries) { entries[2].content.append(2'000'000, 'x'); });
  refused([](auto& entries) {
    for (Entry& entry : entries) entry.name = "other" + entry.name;
  });
}

TEST_CASE("an archive of another size than it can have is refused before it is unpacked") {
  World world;
  world.dataset.archives[0].min_bytes = 1'000'000;
  CHECK_THROWS_WITH_AS(world.get(), doctest::Contains("bytes, expected 1000000 to"), IoError);
  world.dataset.archives[0].min_bytes = 1;
  world.dataset.archives[0].max_bytes = 100;
  CHECK_THROWS_WITH_AS(world.get(), doctest::Contains("bytes, expected 1 to 100"), IoError);
  CHECK_FALSE(fs::exists(world.home()));
}

TEST_CASE("totals, files besides the pictures and pictures that may be broken are as the data set says") {
  World world;
  world.dataset.folders = {
      {"train/cats", 0}, {"train/dogs", 0}, {"validation/cats", 0}, {"validation/dogs", 0}};
  world.dataset.totals = {{"train", 3}, {"validation", 2}};
  world.dataset.other_files = {"LICENSE.txt"};
  std::vector<Entry> entries = World::entries();
  entries.push_back({"tiny_root/LICENSE.txt", "free"});
  entries.push_back({"tiny_root/train/._cat.0.jpg", "of a Mac"});
  write_archive(world.archive(), entries);
  CHECK(world.dataset.pictures() == 5);
  CHECK(fs::exists(world.get() / "LICENSE.txt"));
  world.options.force = true;
  world.dataset.totals = {{"train", 4}, {"validation", 2}};
  CHECK_THROWS_WITH_AS(world.get(), doctest::Contains("3 files below train, expected 4"), DataError);
  world.dataset.totals = {{"", 5}};
  CHECK_NOTHROW(world.get());
  entries[0].content = "not a picture";
  write_archive(world.archive(), entries);
  CHECK_THROWS_AS(world.get(), DataError);
  world.dataset.may_be_broken = 1;
  CHECK_NOTHROW(world.get());
}

TEST_CASE("pictures that do not decode are counted and named") {
  World world;
  std::vector<Entry> entries = World::entries();
  entries[0].content = entries[3].content = "not a picture";
  write_archive(world.archive(), entries);
  CHECK_THROWS_WITH_AS(world.get(), doctest::Contains("2 of the 5 pictures"), DataError);
}

TEST_CASE("a stopped get leaves no data set") {
  World world;
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(get_dataset(world.dataset, world.options, {}, stop.get_token()), Interrupted);
  CHECK_FALSE(find_dataset(world.dataset, world.options.cache));
}

TEST_CASE("unknown names are answered with the nearest") {
  CHECK_THROWS_WITH_AS(published_dataset("cats-and-dog"), doctest::Contains("cats-and-dogs"), UsageError);
  CHECK_THROWS_AS(get_dataset("", GetOptions{}), UsageError);
  CHECK(published_dataset("cats-and-dogs").pictures() == 3000);
}

TEST_CASE("the cache is where the environment says") {
  const Environment own("MARGAY_CACHE", "/own");
  CHECK(cache_folder() == "/own");
  const Environment none("MARGAY_CACHE", nullptr);
  const Environment xdg("XDG_CACHE_HOME", "/xdg");
  CHECK(cache_folder() == "/xdg/margay");
  const Environment no_xdg("XDG_CACHE_HOME", "");
  const Environment home("HOME", "/home/ada");
  CHECK(cache_folder() == "/home/ada/.cache/margay");
  const Environment no_home("HOME", nullptr);
  CHECK_THROWS_AS(cache_folder(), IoError);
  const Environment relative("MARGAY_CACHE", "relative");
  CHECK_THROWS_AS(cache_folder(), IoError);
}

TEST_CASE("a path is itself and a name is its data set") {
  const test::TemporaryFolder folder;
  const Environment cache("MARGAY_CACHE", (folder / "cache").c_str());
  fs::create_directory(folder / "pictures");
  CHECK(resolve_dataset((folder / "pictures").string()) == folder / "pictures");
  CHECK_THROWS_WITH_AS(resolve_dataset((folder / "pictuers").string()), doctest::Contains("pictures"),
                       IoError);
  CHECK_THROWS_WITH_AS(resolve_dataset("cats-and-dogs"), doctest::Contains("`published_data=cats-and-dogs`"),
                       IoError);
  CHECK_THROWS_AS(resolve_dataset(""), IoError);
}

TEST_CASE("the real archive is fetched and holds three thousand pictures that decode") {
  const auto zip = test::find_asset("data/cats_and_dogs_filtered.zip");
  if (!zip) return;
  const test::TemporaryFolder folder;
  const Environment cache("MARGAY_CACHE", folder.path().c_str());
  const Environment mirror("MARGAY_MIRROR", zip->parent_path().c_str());
  const fs::path path = get_dataset("cats-and-dogs");
  CHECK(resolve_dataset("cats-and-dogs") == path);
  CHECK(find_dataset("cats-and-dogs") == path);
  CHECK(manifest_of(published_dataset("cats-and-dogs")).archives.at(0).sha256 == sha256_hex_of_file(*zip));
}

}  // namespace
}  // namespace margay::datasets
