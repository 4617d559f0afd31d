// Event files as bytes; tests/cli/event_files_test.py reads them with a library that is not ours.
#include "margay/run/event_file.h"

#include <doctest/doctest.h>

#include <cstring>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/run/run_directory.h"
#include "tests/support/temporary_folder.h"

namespace margay::run {
namespace {

namespace fs = std::filesystem;

/// Lengths of the events in the file, which must end with a whole record.
std::vector<uint64_t> lengths_in(const fs::path& path) {
  const std::vector<uint8_t> bytes = read_file(path);
  std::vector<uint64_t> lengths;
  for (size_t at = 0; at < bytes.size();) {
    REQUIRE(bytes.size() - at >= 16);
    uint64_t length = 0;
    std::memcpy(&length, &bytes[at], sizeof length);
    REQUIRE(length <= bytes.size() - at - 16);
    lengths.push_back(length);
    at += 16 + length;
  }
  return lengths;
}

TEST_CASE("every call adds one whole record") {
  const test::TemporaryFolder folder;
  EventFile file(folder.path());
  // wall_time (9 bytes) and file_version (2 bytes and 13 letters)
  CHECK(lengths_in(file.path()) == std::vector<uint64_t>{24});
  file.restart_at(300);  // the step takes 3 bytes and the session 4
  CHECK(lengths_in(file.path()) == std::vector<uint64_t>{24, 16});
  const std::vector<Scalar> scalars{{"loss/train", 0.5}, {"accuracy/train", 0.25}};
  file.add(1, scalars);
  const std::vector<uint8_t> png(200);
  file.add(0, "samples", {20, 10, png});
  const std::vector<uint64_t> lengths = lengths_in(file.path());
  REQUIRE(lengths.size() == 4);
  CHECK(lengths[2] == 11 + 2 + (2 + 2 + 10 + 5) + (2 + 2 + 14 + 5));
  CHECK(lengths[3] > png.size());
}

TEST_CASE("a new event file sorts after those that are there") {
  const test::TemporaryFolder folder;
  write_file_atomically(folder / "events.out.tfevents.9000000000.elsewhere.1", "from the future");
  write_file_atomically(folder / "history.csv", "epoch");
  const EventFile second(folder.path());
  const EventFile third(folder.path());
  const std::vector<fs::path> files = event_files_in(folder.path());
  REQUIRE(files.size() == 3);
  CHECK(files[1] == second.path());
  CHECK(files[2] == third.path());
  CHECK(event_files_in(folder / "none").empty());
  CHECK_THROWS_AS(EventFile(folder / "none"), IoError);
}

TEST_CASE("replacing a run removes its event files") {
  const test::TemporaryFolder folder;
  EventFile file(folder.path());
  CHECK(RunDirectory{folder.path()}.holds_run());
  RunDirectory::create(folder.path(), ExistingRun::replace);
  CHECK(event_files_in(folder.path()).empty());
}

}  // namespace
}  // namespace margay::run
