// Every published data set, from small files of the same form on a server of this machine.
#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/data/dataset.h"
#include "margay/datasets/get.h"
#include "margay/image/decode.h"
#include "margay/image/encode.h"
#include "tests/fetch/loopback_server.h"
#include "tests/support/archive_writer.h"
#include "tests/support/temporary_folder.h"

namespace margay::datasets {
namespace {

namespace fs = std::filesystem;
using test::ArchiveKind;
using test::Entry;

std::string jpeg(uint8_t shade = 0) {
  image::Image picture(8, 8);
  std::fill(picture.pixels.begin(), picture.pixels.end(), shade);
  const std::vector<uint8_t> bytes = image::encode_jpeg(picture);
  return {bytes.begin(), bytes.end()};
}

/// A file by itself, compressed with gzip.
std::string gzipped(const std::string& bytes, const fs::path& path) {
  ::archive* writer = archive_write_new();
  archive_write_set_format_raw(writer);
  archive_write_add_filter_gzip(writer);
  archive_write_open_filename(writer, path.c_str());
  test::write_entry(writer, {"data", bytes});
  archive_write_free(writer);
  return read_text_file(path);
}

std::string big_endian(uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

/// A published data set whose archives are served by this machine, with fewer pictures.
class StandIn {
 public:
  explicit StandIn(const char* name) : dataset(published_dataset(name)) {
    options.cache = folder / "cache";
    options.mirror = "";
    options.download = {.connect_timeout_s = 5, .stall_timeout_s = 5, .attempts = 1, .pause_s = 0.01};
    for (PublishedArchive& archive : dataset.archives) {
      servers_.push_back(std::make_unique<test::LoopbackServer>());
      archive.url = servers_.back()->url();
      archive.min_bytes = 1;
    }
  }

  void serve(size_t archive, std::string bytes) { servers_.at(archive)->set_file(std::move(bytes), "\"1\""); }
  void serve_archive(size_t archive, const std::vector<Entry>& entries, ArchiveKind kind) {
    write_archive(folder / "made", entries, kind);
    serve(archive, read_text_file(folder / "made"));
  }
  /// So many pictures in each folder of a split.
  void expect(const std::string& split, size_t pictures) {
    for (ExpectedFolder& expected : dataset.folders)
      if (expected.path.starts_with(split)) expected.pictures = pictures;
  }
  fs::path get() const { return get_dataset(dataset, options); }

  test::TemporaryFolder folder;
  PublishedDataset dataset;
  GetOptions options;

 private:
  std::vector<std::unique_ptr<test::LoopbackServer>> servers_;
};

std::vector<std::string> classes_of(const fs::path& root) {
  return data::Dataset::open(root).classes;
}

image::Image picture_in(const fs::path& path) {
  return image::decode_file(path);
}

}  // namespace

TEST_CASE("flowers come as a folder per class beside their licence") {
  StandIn flowers("flowers");
  std::vector<Entry> entries{{"flower_photos/LICENSE.txt", "CC BY 2.0"}};
  for (const ExpectedFolder& folder : flowers.dataset.folders)
    for (const char* name : {"1.jpg", "2.jpg"})
      entries.push_back({"flower_photos/" + folder.path + "/" + name, jpeg()});
  flowers.serve_archive(0, entries, ArchiveKind::tar_gz);
  CHECK_THROWS_WITH_AS(flowers.get(),
                       doctest::Contains("10 files below flower_photos, expected 3,670 pictures"), DataError);
  flowers.dataset.totals = {{"", 10}};
  const fs::path root = flowers.get();
  CHECK(classes_of(root) == std::vector<std::string>{"daisy", "dandelion", "roses", "sunflowers", "tulips"});
  CHECK(fs::exists(root / "LICENSE.txt"));
  CHECK(manifest_of(flowers.dataset, flowers.options.cache).licence.starts_with("CC BY 2.0"));
}

TEST_CASE("imagenette gets words for the numbers of WordNet") {
  StandIn imagenette("imagenette");
  std::vector<Entry> entries{{"imagenette2-160/noisy_imagenette.csv", "path,label\n"}};
  for (const char* split : {"train", "val"})
    for (const char* number : {"n01440764", "n02102040", "n02979186", "n03000684", "n03028079", "n03394916",
                               "n03417042", "n03425413", "n03445777", "n03888257"})
      entries.push_back({fmt::format("imagenette2-160/{}/{}/{}_1.JPEG", split, number, number),
                         jpeg(number == std::string("n03888257") ? 200 : 0)});
  imagenette.serve_archive(0, entries, ArchiveKind::tar_gz);
  imagenette.dataset.totals = {{"train", 10}, {"validation", 10}};
  const fs::path root = imagenette.get();
  const data::Dataset dataset = data::Dataset::open(root);
  CHECK(dataset.classes.size() == 10);
  CHECK(dataset.split("validation").samples.size() == 10);
  CHECK(picture_in(root / "validation/parachute/n03888257_1.JPEG").pixels[0] == 200);
  CHECK(fs::exists(root / "train/english-springer/n02102040_1.JPEG"));
}

TEST_CASE("CIFAR's records become pictures of their classes with planes in their order") {
  StandIn cifar("cifar10");
  const auto batch = [](uint8_t base) {
    std::string bytes;
    for (char label = 0; label < 10; ++label) {
      bytes += label;
      for (const int plane : {0, 1, 2}) {
        std::string values(1024, static_cast<char>(base + plane));
        values[33] = static_cast<char>(100 + plane);  // row 1, column 1
        bytes += values;
      }
    }
    return bytes;
  };
  std::vector<Entry> entries{{"cifar-10-batches-bin/readme.html", "read"},
                             {"cifar-10-batches-bin/batches.meta.txt", "airplane\n"},
                             {"cifar-10-batches-bin/test_batch.bin", batch(50)}};
  for (int i = 1; i <= 5; ++i)
    entries.push_back(
        {fmt::format("cifar-10-batches-bin/data_batch_{}.bin", i), batch(static_cast<uint8_t>(10 * i))});
  cifar.serve_archive(0, entries, ArchiveKind::tar_gz);
  cifar.expect("train", 5);
  cifar.expect("test", 1);
  const fs::path root = cifar.get();
  const data::Dataset dataset = data::Dataset::open(root);
  CHECK(dataset.classes.front() == "airplane");
  CHECK(dataset.classes.back() == "truck");
  CHECK(dataset.split("test").samples.size() == 10);
  const image::Image cat = picture_in(root / "test/cat/00004.png");
  REQUIRE(cat.width == 32);
  CHECK(std::vector<uint8_t>(cat.pixels.begin(), cat.pixels.begin() + 3) == std::vector<uint8_t>{50, 51, 52});
  const auto second = cat.pixels.begin() + (32 + 1) * 3;
  CHECK(std::vector<uint8_t>(second, second + 3) == std::vector<uint8_t>{100, 101, 102});
  CHECK(picture_in(root / "train/airplane/00011.png").pixels[0] == 20);  // of the second batch

  cifar.options.force = true;
  entries[2].content[3073] = 10;
  cifar.serve_archive(0, entries, ArchiveKind::tar_gz);
  CHECK_THROWS_WITH_AS(cifar.get(), doctest::Contains("class 10, expected 0 to 9"), DataError);
  entries[2].content.pop_back();
  cifar.serve_archive(0, entries, ArchiveKind::tar_gz);
  CHECK_THROWS_WITH_AS(cifar.get(), doctest::Contains("expected records of 3073"), DataError);
}

TEST_CASE("Fashion-MNIST's four files become gray pictures of their classes") {
  StandIn fashion("fashion-mnist");
  const auto pictures = [&](uint32_t count, char first) {
    std::string bytes = big_endian(0x803) + big_endian(count) + big_endian(2) + big_endian(3);
    for (uint32_t i = 0; i < count; ++i)
      for (char pixel = 0; pixel < 6; ++pixel)
        bytes += static_cast<char>(first + static_cast<char>(10 * i) + pixel);
    return bytes;
  };
  const auto labels = [&](uint32_t count) {
    std::string bytes = big_endian(0x801) + big_endian(count);
    for (uint32_t i = 0; i < count; ++i) bytes += static_cast<char>(i % 10);
    return bytes;
  };
  const auto serve = [&](size_t archive, const std::string& bytes) {
    fashion.serve(archive, gzipped(bytes, fashion.folder / "made.gz"));
  };
  serve(0, pictures(10, 0)), serve(1, labels(10)), serve(2, pictures(10, 5)), serve(3, labels(10));
  fashion.expect("train", 1);
  fashion.expect("test", 1);
  const fs::path root = fashion.get();
  const image::Image boot = picture_in(root / "train/ankle-boot/00010.png");
  CHECK(boot.width == 3);
  CHECK(boot.height == 2);
  CHECK(std::vector<uint8_t>(boot.pixels.begin(), boot.pixels.begin() + 6) ==
        std::vector<uint8_t>{90, 90, 90, 91, 91, 91});
  CHECK(picture_in(root / "test/t-shirt/00001.png").pixels[0] == 5);
  CHECK(manifest_of(fashion.dataset, fashion.options.cache).archives.size() == 4);
  CHECK(fs::is_empty(fashion.folder / "cache/downloads") == false);  // its lock alone is left
  for (const auto& entry : fs::directory_iterator(fashion.folder / "cache/downloads"))
    CHECK(entry.path().extension() == ".lock");

  fashion.options.force = true;
  const auto refused = [&](size_t archive, const std::string& bad, const char* expected) {
    const std::string good[] = {pictures(10, 0), labels(10), pictures(10, 5), labels(10)};
    for (size_t i = 0; i < 4; ++i) serve(i, i == archive ? bad : good[i]);
    CHECK_THROWS_WITH_AS(fashion.get(), doctest::Contains(expected), DataError);
  };
  refused(0, labels(10), "not that of an IDX file");
  refused(0, pictures(10, 0) + "x", "the header says");
  refused(0, big_endian(0x803) + big_endian(1u << 31) + big_endian(28) + big_endian(28), "extent 1");
  refused(1, labels(9), "9 labels for 10 pictures");
  refused(3, big_endian(0x801), "not that of an IDX file");
}

TEST_CASE("EuroSAT is found under either name of its folder") {
  for (const char* root_name : {"EuroSAT_RGB", "2750"}) {
    StandIn eurosat("eurosat");
    std::vector<Entry> entries;
    for (ExpectedFolder& folder : eurosat.dataset.folders) {
      folder.pictures = 1;
      entries.push_back({fmt::format("{}/{}/{}_1.jpg", root_name, folder.path, folder.path), jpeg()});
    }
    eurosat.serve_archive(0, entries, ArchiveKind::zip);
    CHECK(classes_of(eurosat.get()).size() == 10);
  }
}

TEST_CASE("pets are sorted by the lists and by the breed in their names") {
  StandIn pets("oxford-iiit-pet");
  std::vector<Entry> pictures, annotations;
  std::string lists[2];
  for (const ExpectedFolder& folder : pets.dataset.folders) {
    const bool train = folder.path.starts_with("train/");
    const std::string name = folder.path.substr(folder.path.find('/') + 1) + (train ? "_1" : "_102");
    pictures.push_back({"images/" + name + ".jpg", jpeg()});
    lists[train ? 0 : 1] += name + " 1 1 1\n";
  }
  pictures.push_back({"images/Abyssinian_100.mat", "not a picture"});
  pictures.push_back({"images/Abyssinian_7.jpg", jpeg()});  // in no list
  pets.dataset.totals = {{"train", 37}, {"test", 37}};
  const auto serve = [&](const std::string& trainval) {
    pets.serve_archive(0, pictures, ArchiveKind::tar_gz);
    pets.serve_archive(1,
                       {{"annotations/README", "read"},
                        {"annotations/trainval.txt", trainval},
                        {"annotations/test.txt", "#Image CLASS-ID\n" + lists[1]},
                        {"annotations/trimaps/._Abyssinian_1.png", "x"}},
                       ArchiveKind::tar_gz);
  };
  serve(lists[0]);
  const fs::path root = pets.get();
  const data::Dataset dataset = data::Dataset::open(root);
  CHECK(dataset.classes.size() == 37);
  CHECK(dataset.split("train").samples.size() == 37);
  CHECK(dataset.split("test").samples.size() == 37);
  CHECK(fs::exists(root / "test/great_pyrenees/great_pyrenees_102.jpg"));

  pets.options.force = true;
  serve("Abyssinian_1 1 1 1\nmissing_9 1 1 1\n");
  CHECK_THROWS_WITH_AS(pets.get(), doctest::Contains("missing_9.jpg, which is not there"), DataError);
  serve("../../escaped_1 1 1 1\n");
  CHECK_THROWS_WITH_AS(pets.get(), doctest::Contains("is no name of a picture"), DataError);
  serve("");
  CHECK_THROWS_WITH_AS(pets.get(), doctest::Contains("there is no picture in it"), DataError);
}

TEST_CASE("every published data set says its licence, where it is and how large") {
  for (const PublishedDataset& dataset : published_datasets()) {
    CAPTURE(dataset.name);
    CHECK_FALSE(dataset.licence.empty());
    CHECK_FALSE(dataset.archives.empty());
    CHECK(dataset.pictures() >= 3000);
    CHECK(dataset.max_bytes > 0);
    for (const PublishedArchive& archive : dataset.archives) {
      CHECK(archive.url.starts_with("https://"));
      CHECK(archive.min_bytes < archive.max_bytes);
      CHECK(archive.max_bytes <= 1'000'000'000);
    }
  }
}

}  // namespace margay::datasets
