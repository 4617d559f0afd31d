// Whether the records of a run are as margay wrote them.
#include "margay/run/record_checksums.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "margay/core/atomic_file.h"
#include "margay/data/content_hash.h"
#include "margay/run/recorded_data.h"
#include "tests/support/temporary_folder.h"

namespace margay::run {
namespace {

const std::string kLine = "/d/1.jpg,cats,train," + data::to_hex(data::ContentHash{1, 1}) + "\n";
const std::string kManifest = "path,label,split,hash\n" + kLine;

RunDirectory run_in(const test::TemporaryFolder& folder) {
  RunDirectory run = RunDirectory::create(folder / "run");
  write_file_atomically(run.config(), "");
  return run;
}

TEST_CASE("a record that is not as it was written is known") {
  const test::TemporaryFolder folder;
  const RunDirectory run = run_in(folder);
  CHECK(altered_record(run).empty());
  write_record(run, run.manifest(), kManifest);
  write_record(run, run.learned(), "hash\n");
  CHECK(altered_record(run).empty());
  CHECK(RecordedData::read(run).is_known());
  // As sha256sum reads it.
  CHECK(std::system(("cd " + run.root.string() + " && sha256sum --check --status records.sha256").c_str()) ==
        0);

  write_file_atomically(run.manifest(), kManifest + kLine);
  CHECK(altered_record(run) == "manifest.csv");
  CHECK_FALSE(RecordedData::read(run).is_known());
  CHECK(RecordedData::read(run).has_learned({1, 1}));  // what it has is true all the same
  write_record(run, run.manifest(), kManifest + kLine);
  CHECK(altered_record(run).empty());

  std::filesystem::remove(run.learned());
  CHECK(altered_record(run) == "learned.csv");
}

TEST_CASE("checksums of a run from elsewhere lead to no other file") {
  const test::TemporaryFolder folder;
  const RunDirectory run = run_in(folder);
  write_file_atomically(run.record_checksums(), std::string(64, '0') + "  /dev/zero\n");
  CHECK(altered_record(run).empty());
}

TEST_CASE("a program that is killed while it replaces a record leaves none that seems altered") {
  const test::TemporaryFolder folder;
  const RunDirectory run = run_in(folder);
  write_record(run, run.manifest(), kManifest);
  const std::string before = read_text_file(run.record_checksums());
  write_record(run, run.manifest(), "path,label\n");
  // Between the two writes of the checksums, with the file of before and with the new one.
  write_file_atomically(run.record_checksums(), before + read_text_file(run.record_checksums()));
  CHECK(altered_record(run).empty());
  write_file_atomically(run.manifest(), kManifest);
  CHECK(altered_record(run).empty());
}

}  // namespace
}  // namespace margay::run
