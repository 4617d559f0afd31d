// What margay has made inside a data set is no class of it, in folders and archives alike.
#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/core/output_file.h"
#include "margay/data/dataset.h"
#include "margay/data/folder_scan.h"
#include "tests/data/archived_folder.h"
#include "tests/data/folders.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;
using margay::test::TemporaryFolder;
using margay::test::write_text;
namespace fs = std::filesystem;

namespace {

/// A picture with margay's mark.
void write_drawn(const fs::path& path) {
  make_folder(path.parent_path());
  write_output_file(path, image::encode_png(test::noise_picture(4, 4, 1)));
}

/// What a training has written before its first step, and its pictures.
void write_run(const fs::path& folder) {
  for (const char* name : {"manifest.csv", "environment.json"}) write_text(folder / name, "x");
  write_text(folder / "config.toml", "description = \"\"\n");
  for (const char* name : {"samples.png", "curves.png"}) write_drawn(folder / name);
}

void write_sweep(const fs::path& folder) {
  write_text(folder / "sweep.json",
             "{\n  \"asked\": {\n    \"recipe\": \"article\"\n  },\n  \"done\": []\n}\n");
  write_drawn(folder / "sweep.png");
}

void write_story(const fs::path& folder) {
  write_run(folder / "article");
  write_run(folder / "article-regularized");
  write_text(folder / "story.html", "<html><meta name=\"generator\" content=\"margay 0.1.0\"></html>");
  write_drawn(folder / "comparison.png");
}

void write_classes(const fs::path& root) {
  for (const char* name : {"a/1.jpg", "a/2.jpg", "b/1.jpg"}) write_text(root / name, "x");
}

using Names = std::vector<std::string>;

Names names_of(const std::vector<LeftOutEntry>& entries) {
  Names names;
  for (const LeftOutEntry& entry : entries) names.push_back(entry.name + ": " + entry.reason);
  return names;
}

}  // namespace

TEST_CASE("runs and sweeps and what holds nothing else are left out by name") {
  const TemporaryFolder folder;
  const fs::path pets = folder / "pets";
  write_classes(pets);
  write_run(pets / "runs/article");
  write_run(pets / "runs/article-2");
  make_folder(pets / "runs/empty");
  write_story(pets / "story");
  write_sweep(pets / "tries");
  write_run(pets / "tries/001");
  write_run(pets / "tries/002");
  write_run(pets / "a/mine");
  test::archive_folder(pets, folder / "pets.zip", test::ArchiveKind::zip);
  test::archive_folder(pets, folder / "pets.tar.gz", test::ArchiveKind::tar_gz, "wrapping/");
  for (const char* name : {"pets", "pets.zip", "pets.tar.gz"}) {
    CAPTURE(name);
    const Dataset dataset = Dataset::open(folder / name);
    CHECK(dataset.classes == Names{"a", "b"});
    CHECK(dataset.split("all").samples.size() == 3);
    CHECK(dataset.warnings.empty());
    Names expected{"a/mine/: a run of margay", "runs/: 2 runs of margay", "story/: a story of margay",
                   "tries/: a sweep of margay"};
    if (std::string(name) == "pets.tar.gz")
      for (std::string& text : expected) text = "wrapping/" + text;
    CHECK(names_of(dataset.left_out.folders()) == expected);
    CHECK(dataset.left_out.total() == 4);
  }
  CHECK(describe(Dataset::open(pets).left_out) ==
        "left out: a/mine/ (a run of margay), runs/ (2 runs of margay), story/ (a story of margay), "
        "tries/ (a sweep of margay)");
}

TEST_CASE("a class may be called runs and hold tables") {
  const TemporaryFolder folder;
  write_classes(folder.path());
  write_text(folder / "runs/1.jpg", "x");
  write_text(folder / "runs/manifest.csv", "x");
  write_text(folder / "b/config.toml", "x");
  const Dataset dataset = Dataset::open(folder.path());
  CHECK(dataset.classes == Names{"a", "b", "runs"});
  CHECK(dataset.left_out.folders().empty());
}

TEST_CASE("a data set that margay was told to train into stays a data set") {
  const TemporaryFolder folder;
  write_classes(folder.path());
  write_run(folder.path());
  const Dataset dataset = Dataset::open(folder.path());
  CHECK(dataset.classes == Names{"a", "b"});
  CHECK(dataset.left_out.counts().at("a picture that margay has drawn") == 2);
}

TEST_CASE("a run that is taken for a data set says where its pictures are listed") {
  const TemporaryFolder folder;
  write_run(folder / "article");
  CHECK_THROWS_WITH_AS(Dataset::open(folder / "article"), doctest::Contains("article/manifest.csv"),
                       DataError);
  CHECK_THROWS_WITH_AS(Dataset::open(folder.path()), doctest::Contains("1 x a run of margay"), DataError);
}

TEST_CASE("what is only called as margay's files are is no reason to leave a class out") {
  const TemporaryFolder folder;
  write_classes(folder.path());
  write_text(folder / "a/sweep.json", "{}");
  write_text(folder / "b/story.html", "<html></html>");
  write_text(folder / "b/config.toml", "x");
  write_text(folder / "b/manifest.csv", "x");
  const Dataset dataset = Dataset::open(folder.path());
  CHECK(dataset.classes == Names{"a", "b"});
  CHECK(dataset.left_out.folders().empty());
}

TEST_CASE("a class that margay has written into keeps its own pictures and no others") {
  const TemporaryFolder folder;
  write_classes(folder.path());
  write_run(folder / "a");
  write_sweep(folder / "b");
  write_run(folder / "b/trial-001");
  const Dataset dataset = Dataset::open(folder.path());
  CHECK(dataset.classes == Names{"a", "b"});
  CHECK(dataset.split("all").samples.size() == 3);
  CHECK(names_of(dataset.left_out.folders()) == Names{"b/trial-001/: a run of margay"});
  CHECK(dataset.left_out.counts().at("a picture that margay has drawn") == 3);
}

TEST_CASE("pictures that margay has drawn are none of a data set") {
  const TemporaryFolder folder;
  const fs::path pets = folder / "pets";
  write_classes(pets);
  write_drawn(pets / "a/shown.png");
  write_text(pets / "best/model.safetensors", "x");
  write_drawn(pets / "best/curves.png");
  test::archive_folder(pets, folder / "pets.zip", test::ArchiveKind::zip);
  for (const char* name : {"pets", "pets.zip"}) {
    CAPTURE(name);
    const Dataset dataset = Dataset::open(folder / name);
    CHECK(dataset.classes == Names{"a", "b"});
    CHECK(dataset.split("all").samples.size() == 3);
    CHECK(names_of(dataset.left_out.folders()) == Names{"best/: a picture of margay"});
    CHECK(dataset.left_out.counts().at("a picture that margay has drawn") == 1);
  }
}
