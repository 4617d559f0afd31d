// The facts of an inspection of pictures whose sizes, formats and faults are known.
#include "margay/data/inspection.h"

#include <doctest/doctest.h>

#include <array>

#include "margay/core/error.h"
#include "margay/data/imbalance.h"
#include "tests/data/archived_folder.h"
#include "tests/data/folders.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;
using margay::test::noise_picture;
using margay::test::TemporaryFolder;
using margay::test::write_picture;
using margay::test::write_text;
namespace fs = std::filesystem;

namespace {

/// Five pictures, one of them misnamed, two broken ones and a text.
void write_mixed(const std::filesystem::path& root) {
  write_picture(root / "train/cats/1.png", noise_picture(10, 20, 1));
  write_picture(root / "train/cats/2.jpg", noise_picture(30, 20, 2));
  write_picture(root / "train/dogs/1.jpg", noise_picture(40, 10, 3));
  write_picture(root / "validation/cats/1.jpg", noise_picture(50, 50, 4));
  write_picture(root / "validation/dogs/1.png", noise_picture(60, 50, 5));
  std::filesystem::rename(root / "validation/dogs/1.png", root / "validation/dogs/1.jpg");
  write_text(root / "train/dogs/2.jpg", "text");
  write_text(root / "validation/dogs/2.png", "");
  write_text(root / "train/dogs/notes.txt");
}

}  // namespace

TEST_CASE("an inspection counts what there is for any number of workers") {
  const margay::test::TemporaryFolder folder;
  write_mixed(folder.path());
  const Dataset dataset = Dataset::open(folder.path());
  std::string first;
  for (const int threads : {1, 8}) {
    WorkerPool pool(threads);
    const Inspection found = inspect(dataset, pool);
    CHECK(found.usable() == 5);
    CHECK(found.splits[0].usable == std::vector<size_t>{2, 1});
    CHECK(found.splits[0].skipped == std::vector<size_t>{0, 1});
    CHECK(found.splits[1].usable == std::vector<size_t>{1, 1});
    CHECK(found.splits[1].skipped == std::vector<size_t>{0, 1});
    CHECK(found.formats == std::map<std::string, size_t>{{"JPEG", 3}, {"PNG", 2}});
    CHECK(found.width.min == 10);
    CHECK(found.width.median == 40);
    CHECK(found.width.max == 60);
    CHECK(found.height.min == 10);
    CHECK(found.height.median == 20);
    CHECK(found.aspect.max == 4.0);
    CHECK(found.turned == 0);
    CHECK(found.left_out.counts() == std::map<std::string, size_t>{{"not a picture (.txt)", 1}});
    REQUIRE(found.skipped.size() == 2);
    CHECK(found.skipped[0].path == folder / "train/dogs/2.jpg");
    CHECK(found.skipped[1].reason == "the file is empty");
    const std::string json = found.to_json().dump();
    if (first.empty()) first = json;
    CHECK(json == first);
  }
}

TEST_CASE("turned pictures are counted and measured as they are seen") {
  const margay::test::TemporaryFolder folder;
  const auto golden = std::filesystem::path(MARGAY_TEST_FOLDER) / "image" / "data";
  for (const char* name : {"a", "b"}) make_folder(folder / name);
  std::filesystem::copy_file(golden / "orientation_6.png", folder / "a/1.png");
  std::filesystem::copy_file(golden / "orientation_1.png", folder / "b/1.png");
  WorkerPool pool(1);
  const Inspection found = inspect(Dataset::open(folder.path()), pool);
  CHECK(found.turned == 1);
  CHECK(found.width.min == 7);
  CHECK(found.width.max == 7);
}

TEST_CASE("brightness is the mean luma and known for every usable picture") {
  const margay::test::TemporaryFolder folder;
  const auto write_flat = [&](const char* name, std::array<uint8_t, 3> color) {
    image::Image picture(4, 3);
    for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = color[i % 3];
    write_picture(folder / name, picture);
  };
  write_flat("a/1.png", {0, 0, 0});
  write_flat("a/2.png", {255, 255, 255});
  write_flat("a/3.png", {255, 0, 0});
  write_flat("b/1.png", {0, 255, 0});
  write_flat("b/2.png", {0, 0, 255});
  write_text(folder / "b/3.png");
  WorkerPool pool(2);
  const Inspection found = inspect(Dataset::open(folder.path()), pool);
  REQUIRE(found.pictures.size() == 5);
  const double expected[] = {0, 1, 0.299, 0.587, 0.114};
  for (size_t i = 0; i < 5; ++i)
    CHECK(static_cast<double>(found.pictures[i].brightness) == doctest::Approx(expected[i]));
  CHECK(found.pictures[4].sample == 4);
  CHECK(found.pictures[4].width == 4);
  const Json json = found.to_json();
  CHECK(json["brightness"]["median"].get<double>() == doctest::Approx(0.299));
  CHECK(json["brightness"]["max"].get<double>() == doctest::Approx(1));
}

TEST_CASE("paths are shown without the root where they are below it") {
  Inspection inspection;
  inspection.root = "/data/pets";
  CHECK(inspection.shown_path("/data/pets/cats/1.jpg") == "cats/1.jpg");
  CHECK(inspection.shown_path("/elsewhere/1.jpg") == "/elsewhere/1.jpg");
}

TEST_CASE("the ratio of classes leaves those without pictures out") {
  CHECK(imbalance_of(std::vector<int64_t>{10, 40, 0, 20}) == 4);
  CHECK(imbalance_of(std::vector<int64_t>{7, 7}) == 1);
  CHECK(imbalance_of(std::vector<int64_t>{0, 0}) == 1);
}

TEST_CASE("the JSON of an inspection has every fact at its place") {
  const margay::test::TemporaryFolder folder;
  write_mixed(folder.path());
  WorkerPool pool(2);
  const Json json = inspect(Dataset::open(folder.path()), pool).to_json();
  CHECK(json["pictures"] == 5);
  CHECK(json["splits"]["train"]["pictures"] == 3);
  CHECK(json["splits"]["train"]["classes"]["dogs"]["skipped"] == 1);
  CHECK(json["formats"]["PNG"] == 2);
  CHECK(json["width"]["max"] == 60);
  CHECK(json["skipped"][1]["reason"] == "the file is empty");
}

TEST_CASE("a data set of broken pictures is a fact and a stop request an error") {
  const margay::test::TemporaryFolder folder;
  write_text(folder / "a/1.jpg", "");
  write_text(folder / "b/1.jpg", "");
  WorkerPool pool(1);
  const Dataset dataset = Dataset::open(folder.path());
  const Inspection found = inspect(dataset, pool);
  CHECK(found.usable() == 0);
  CHECK(found.skipped.size() == 2);
  std::stop_source source;
  source.request_stop();
  CHECK_THROWS_AS(inspect(dataset, pool, {}, source.get_token()), Interrupted);
}

TEST_CASE("pictures of the same content in two splits or classes are named") {
  const margay::test::TemporaryFolder folder;
  margay::test::write_pets(folder.path(), 4, 2);
  std::filesystem::copy_file(folder / "train/cats/1.png", folder / "validation/cats/copy.png");
  std::filesystem::copy_file(folder / "train/cats/2.png", folder / "train/dogs/copy.png");
  std::filesystem::copy_file(folder / "train/cats/3.png", folder / "train/cats/harmless.png");
  WorkerPool pool(4);
  const Inspection found = inspect(Dataset::open(folder.path()), pool);
  const std::string root = folder.path().string();
  CHECK(found.warnings ==
        std::vector<std::string>{
            "1 picture is in more than one split, which makes the result look better than it is: " + root +
                "/train/cats/1.png (train) is " + root + "/validation/cats/copy.png (validation)",
            "1 picture is in more than one class: " + root + "/train/cats/2.png (cats) is " + root +
                "/train/dogs/copy.png (dogs)"});
  CHECK(found.redundant() == 3);
  CHECK(found.to_json()["redundant"] == 3);
  REQUIRE(found.copies.size() == 3);
  for (const Copies& same : found.copies) {
    REQUIRE(same.size() == 2);
    CHECK(found.pictures[same[0].number].brightness == found.pictures[same[1].number].brightness);
  }
}

TEST_CASE("pictures are known by their first bytes whatever their names in folders and archives") {
  const TemporaryFolder folder;
  const fs::path pets = folder / "pets";
  const auto put = [&](const char* name, const char* as) {
    test::write_picture(pets / as, test::noise_picture(8, 8, 5));
    fs::rename(pets / as, pets / name);
  };
  put("a/plain", "a/x.png");
  put("a/1.jpg_large", "a/x.jpg");
  put("b/photo.txt", "b/x.jpg");
  put("b/2.png", "b/x.png");
  put("b/no raw file.nef", "b/y.png");
  write_text(pets / "b/notes", "BM is no sign of a picture, and P5 is none either");
  write_text(pets / "b/thumbnail.nef", std::string("II*\0 a raw file of a camera", 27));
  fs::create_symlink("../a/plain", pets / "b/link");
  test::archive_folder(pets, folder / "pets.zip", test::ArchiveKind::zip);
  test::archive_folder(pets, folder / "pets.tar.gz", test::ArchiveKind::tar_gz);
  for (const char* name : {"pets", "pets.zip", "pets.tar.gz"}) {
    CAPTURE(name);
    WorkerPool pool(1);
    const Inspection found = inspect(Dataset::open(folder / name), pool);
    CHECK(found.usable() == 6);
    CHECK(found.skipped.empty());
    CHECK(found.left_out.counts() == std::map<std::string, size_t>{{"a raw file of a camera (.nef)", 1},
                                                                   {"not a picture (no extension)", 1}});
    REQUIRE(found.left_out.entries().size() == 2);
    CHECK(found.left_out.entries()[0].name == "b/notes");
  }
}
