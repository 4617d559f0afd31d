// A run never lands on another run by accident.
#include "margay/run/run_directory.h"

#include <doctest/doctest.h>

#include <cstring>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "tests/support/temporary_folder.h"

namespace margay::run {
namespace {

namespace fs = std::filesystem;

TEST_CASE("creating a run makes its folder and the parents") {
  const test::TemporaryFolder folder;
  const RunDirectory run = RunDirectory::create(folder / "runs/a/b");
  CHECK(fs::is_directory(run.root));
  CHECK_FALSE(run.holds_run());
  CHECK(run.model() == folder / "runs/a/b/model.safetensors");
}

TEST_CASE("a folder that holds a run is refused with a way on") {
  const test::TemporaryFolder folder;
  const RunDirectory run = RunDirectory::create(folder / "run");
  RunDirectory::create(folder / "run");  // empty: nothing to lose
  write_file_atomically(run.config(), "");
  CHECK(run.holds_run());
  try {
    RunDirectory::create(folder / "run");
    FAIL("accepted");
  } catch (const UsageError& error) {
    CHECK(std::strstr(error.what(), "already holds a run") != nullptr);
    CHECK(std::strstr(error.what(), "`resume=") != nullptr);
  }
  write_file_atomically(run.model(), "");  // of a fitted head
  try {
    RunDirectory::create(folder / "run");
    FAIL("accepted");
  } catch (const UsageError& error) {
    CHECK(std::strstr(error.what(), "`resume=") == nullptr);
  }
}

TEST_CASE("a run owns its files whatever the time in the name of an event file and nothing else") {
  const RunDirectory run{"run"};
  for (const char* name :
       {"model.safetensors", "checkpoint.previous.safetensors", "events.out.tfevents.1795451489.vm.7"}) {
    CAPTURE(name);
    CHECK(run.owns(name));
  }
  for (const char* name : {"notes.txt", "model.safetensors.old", "events.out.txt", ""}) {
    CAPTURE(name);
    CHECK_FALSE(run.owns(name));
  }
}

TEST_CASE("replacing a run removes its files and no others") {
  const test::TemporaryFolder folder;
  const RunDirectory run = RunDirectory::create(folder / "run");
  write_file_atomically(run.model(), "old");
  write_file_atomically(run.root / "notes.txt", "mine");
  RunDirectory::create(folder / "run", ExistingRun::replace);
  CHECK_FALSE(fs::exists(run.model()));
  CHECK(read_text_file(run.root / "notes.txt") == "mine");
}

TEST_CASE("a run's own pictures are no reason to refuse its folder, but others' are") {
  const test::TemporaryFolder folder;
  const RunDirectory run = RunDirectory::create(folder / "run");
  for (const fs::path& file : {run.model(), run.samples(), run.root / "notes.txt"})
    write_file_atomically(file, "x");
  RunDirectory::create(folder / "run", ExistingRun::replace);
  write_file_atomically(run.model(), "x");
  make_folder(run.root / "below");
  write_file_atomically(run.root / "below/cat.jpg", "x");
  CHECK_THROWS_WITH_AS(RunDirectory::create(folder / "run", ExistingRun::replace),
                       doctest::Contains("holds something else already, such as below/cat.jpg"), UsageError);
}

TEST_CASE("a run is opened where a training began") {
  const test::TemporaryFolder folder;
  const auto refusal_of = [&](const fs::path& path) {
    try {
      RunDirectory::open(path);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(refusal_of(folder / "none").find("there is no folder") != std::string::npos);
  CHECK_THROWS_AS(RunDirectory::open(folder / "none"), IoError);
  CHECK(refusal_of(folder.path()).find("has no config.toml") != std::string::npos);
  write_file_atomically(folder / "config.toml", "");
  CHECK(refusal_of(folder / "config.toml").find("config.toml is a file of a run") != std::string::npos);
  CHECK(RunDirectory::open(folder.path()).config() == folder / "config.toml");
}

TEST_CASE("a file where the folder should be is an io error") {
  const test::TemporaryFolder folder;
  write_file_atomically(folder / "run", "a file");
  CHECK_THROWS_AS(RunDirectory::create(folder / "run"), IoError);
  CHECK_THROWS_AS(RunDirectory::create(folder / "run/below"), IoError);
  CHECK_THROWS_AS(RunDirectory::create(""), UsageError);
}

TEST_CASE("free names count up from two") {
  const test::TemporaryFolder folder;
  CHECK(RunDirectory::next_free(folder / "runs", "article") == folder / "runs/article");
  make_folder(folder / "runs/article");
  CHECK(RunDirectory::next_free(folder / "runs", "article") == folder / "runs/article-2");
  make_folder(folder / "runs/article-2");
  fs::create_symlink("nowhere", folder / "runs/article-3");
  CHECK(RunDirectory::next_free(folder / "runs", "article") == folder / "runs/article-4");
  for (const char* name : {"", ".", "..", "a/b", "/etc"})
    CHECK_THROWS_AS(RunDirectory::next_free(folder.path(), name), UsageError);
}

}  // namespace
}  // namespace margay::run
