// The same pictures as a folder, in archives and by manifests are the same data set, down to the batches.
#include "margay/data/layout.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "margay/core/error.h"
#include "margay/data/loader.h"
#include "margay/data/manifest.h"
#include "tests/data/archived_folder.h"
#include "tests/data/folders.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;
using margay::test::ArchiveKind;
using margay::test::TemporaryFolder;
using margay::test::write_text;
namespace fs = std::filesystem;

namespace {

void touch(const fs::path& path) {
  write_text(path, "x");
}

bool warns(const Dataset& dataset, std::string_view text) {
  return std::any_of(dataset.warnings.begin(), dataset.warnings.end(),
                     [&](const std::string& warning) { return warning.find(text) != warning.npos; });
}

/// "class: path below the root" of every sample of a split.
std::vector<std::string> samples_of(const Dataset& dataset, std::string_view split, const fs::path& root) {
  std::vector<std::string> samples;
  const Split& found = dataset.split(split);
  for (size_t i = 0; i < found.samples.size(); ++i)
    samples.push_back(dataset.classes[static_cast<size_t>(found.samples[i].label)] + ": " +
                      found.path(i).lexically_relative(root).string());
  return samples;
}

/// All pixels and labels of a shuffled epoch, in order.
std::vector<uint8_t> epoch_of(const Dataset& dataset, int threads) {
  WorkerPool pool(threads);
  image::Preprocess spec;
  spec.width = spec.height = 8;
  const DecodedCache cache = DecodedCache::build(dataset.split("train"), spec, pool);
  Loader loader(cache, pool, {.batch_size = 5, .shuffle = true, .seed = 3});
  std::vector<uint8_t> bytes;
  loader.start(1);
  for (Batch batch; loader.next(batch);) {
    bytes.insert(bytes.end(), batch.pixels.begin(), batch.pixels.end());
    for (const int32_t label : batch.labels) bytes.push_back(static_cast<uint8_t>(label));
  }
  return bytes;
}

}  // namespace

TEST_CASE("folder and archives and manifest give the same samples and batches for any number of workers") {
  const TemporaryFolder folder;
  const fs::path pets = folder / "pets";
  test::write_pets(pets, 9, 3);
  write_text(pets / "train/cats/broken.png", "text");
  write_text(pets / "notes.txt");
  const Dataset reference = Dataset::open(pets);
  const auto train = samples_of(reference, "train", pets), check = samples_of(reference, "validation", pets);
  const auto epoch = epoch_of(reference, 1);
  CHECK(epoch == epoch_of(reference, 8));
  const auto same = [&](const fs::path& path, const fs::path& root) {
    CAPTURE(path.string());
    const Dataset other = Dataset::open(path);
    CHECK(other.classes == reference.classes);
    CHECK(other.warnings == reference.warnings);
    CHECK(samples_of(other, "train", root) == train);
    CHECK(samples_of(other, "validation", root) == check);
    CHECK(epoch_of(other, 1) == epoch);
    CHECK(epoch_of(other, 8) == epoch);
    return other;
  };
  const std::pair<ArchiveKind, const char*> kinds[] = {{ArchiveKind::zip, "a.zip"},
                                                       {ArchiveKind::tar, "a.tar"},
                                                       {ArchiveKind::tar_gz, "a.tar.gz"},
                                                       {ArchiveKind::tar_xz, "a.txz"},
                                                       {ArchiveKind::tar_zst, "a.tar.zst"}};
  for (const auto& [kind, name] : kinds) {
    test::archive_folder(pets, folder / name, kind);
    CHECK(same(folder / name, folder / name).left_out.counts() == reference.left_out.counts());
    test::archive_folder(pets, folder / name, kind, "./wrapping/");
    CHECK(same(folder / name, folder / name / "wrapping").root == folder / name / "wrapping");
    write_text(folder / "m.csv", format_manifest(Dataset::open(folder / name)));
    same(folder / "m.csv", folder / name / "wrapping");
  }
  write_text(folder / "m.csv", format_manifest(reference));
  same(folder / "m.csv", pets);
}

TEST_CASE("unreadable entries of an archive are counted by their reason") {
  const TemporaryFolder folder;
  test::write_archive(folder / "a.zip", {{"cats/1.jpg", "x"},
                                         {"cats/1.jpg", "y"},
                                         {"dogs/1.jpg", "x"},
                                         {"../2.jpg", "x"},
                                         {"dogs/link.jpg", "", AE_IFLNK, "../../1.jpg"},
                                         {"dogs/.hidden.jpg", "x"},
                                         {"__MACOSX/dogs/1.jpg", "x"},
                                         {"x.jpg/1.jpg", "x"}});
  const Dataset dataset = Dataset::open(folder / "a.zip");
  CHECK(dataset.classes == std::vector<std::string>{"cats", "dogs"});
  CHECK(dataset.split("all").samples.size() == 2);
  CHECK(dataset.left_out.counts() ==
        std::map<std::string, size_t>{{"a folder named like a picture", 1},
                                      {"a name that is there twice", 1},
                                      {"a name with '..' in the archive", 1},
                                      {"a symbolic link to no file in the archive", 1},
                                      {"hidden", 2}});
}

TEST_CASE("labels say which folder names the class") {
  const TemporaryFolder folder;
  for (const char* split : {"train", "val"})
    for (const char* name : {"animals/cats", "animals/bats", "sports/bats", "plants"})
      touch(folder / split / name / "1.jpg");
  using Names = std::vector<std::string>;
  const Dataset top = Dataset::open(folder.path());
  CHECK(top.classes == Names{"animals", "plants", "sports"});
  CHECK(samples_of(top, "train", folder / "train") ==
        Names{"animals: animals/bats/1.jpg", "animals: animals/cats/1.jpg", "plants: plants/1.jpg",
              "sports: sports/bats/1.jpg"});
  CHECK(warns(top, "6 folders lie inside a class folder (such as train/animals/bats)"));
  const Dataset leaf = Dataset::open(folder.path(), {.labels = Labels::leaf});
  CHECK(leaf.classes == Names{"bats", "cats", "plants"});
  CHECK(leaf.split("train").samples.size() == 4);
  CHECK(leaf.warnings ==
        Names{"the class 'bats' is in several folders, such as animals/bats and sports/bats"});
  const Dataset path = Dataset::open(folder.path(), {.labels = Labels::path});
  CHECK(path.classes == Names{"animals/bats", "animals/cats", "plants", "sports/bats"});
  CHECK(path.warnings.empty());
  CHECK_THROWS_WITH_AS(labels_from_text("inner"), doctest::Contains("top, leaf or path"), UsageError);
}

TEST_CASE("a class may be called like a split") {
  const TemporaryFolder folder;
  for (const char* name : {"car", "train", "plane"}) touch(folder / name / "1.jpg");
  const Dataset dataset = Dataset::open(folder.path());
  CHECK(dataset.classes == std::vector<std::string>{"car", "plane", "train"});
  CHECK(dataset.has_split("all"));
}

TEST_CASE("empty classes and splits are named and left out") {
  const TemporaryFolder folder;
  for (const char* name : {"cats", "dogs"}) touch(folder / "train" / name / "1.jpg");
  write_text(folder / "train/mice/notes.txt");
  touch(folder / "test/1.jpg");
  const Dataset dataset = Dataset::open(folder.path());
  CHECK(dataset.classes == std::vector<std::string>{"cats", "dogs"});
  CHECK(dataset.splits.size() == 1);
  CHECK(warns(dataset, "the class 'mice' has no pictures at all"));
  CHECK(warns(dataset, "test has no pictures of any class"));
  CHECK(warns(dataset, kNoValidation));
  CHECK(dataset.left_out.counts().at("a picture outside a class folder") == 1);
}

TEST_CASE("links that lead back are not followed and links to other folders are") {
  const TemporaryFolder folder;
  touch(folder / "cats/1.jpg");
  touch(folder / "dogs/1.jpg");
  fs::create_directory_symlink("..", folder / "cats/up");
  fs::create_directory_symlink("../dogs", folder / "cats/other");
  fs::create_directory_symlink("../cats", folder / "dogs/other");
  const Dataset dataset = Dataset::open(folder.path());
  CHECK(dataset.left_out.counts() ==
        std::map<std::string, size_t>{{"a link to a folder in a linked folder", 3},
                                      {"a link to a folder around it", 1}});
  CHECK(samples_of(dataset, "all", folder.path()) ==
        std::vector<std::string>{"cats: cats/1.jpg", "cats: cats/other/1.jpg", "dogs: dogs/1.jpg",
                                 "dogs: dogs/other/1.jpg"});
}

TEST_CASE("folders full of links to each other are gone through in no time") {
  const TemporaryFolder folder;
  for (int i = 0; i < 14; ++i) {
    const fs::path own = folder / fmt::format("class{:02}", i);
    touch(own / "1.jpg");
    for (int other = 0; other < 14; ++other)
      fs::create_directory_symlink(fmt::format("../class{:02}", other),
                                   own / fmt::format("link{:02}", other));
  }
  const Dataset dataset = Dataset::open(folder.path());
  CHECK(dataset.split("all").samples.size() == 14 * 14);  // itself and the 13 others
}

TEST_CASE("a description tells layout and classes and counts") {
  const TemporaryFolder folder;
  test::write_pets(folder / "pets", 2, 1);
  test::archive_folder(folder / "pets", folder / "pets.tar", ArchiveKind::tar);
  CHECK(describe(Dataset::open(folder / "pets.tar")) ==
        (folder / "pets.tar").string() +
            ": a tar with a folder per split, in it a folder per class\n"
            "2 classes (cats, dogs); pictures: train 4, validation 2");
}

TEST_CASE("pictures that were decoded are not needed any more") {
  const TemporaryFolder folder;
  test::write_pets(folder / "pets", 6, 1);
  WorkerPool pool(2);
  image::Preprocess spec;
  spec.width = spec.height = 8;
  const DecodedCache cache = DecodedCache::build(Dataset::open(folder / "pets").split("train"), spec, pool);
  Loader loader(cache, pool, {.batch_size = 4, .shuffle = true});
  const auto count = [&](int epoch) {
    int pictures = 0;
    loader.start(epoch);
    for (Batch batch; loader.next(batch);) pictures += batch.size;
    return pictures;
  };
  CHECK(count(0) == 12);
  fs::remove_all(folder / "pets");
  CHECK(count(1) == 12);
}
