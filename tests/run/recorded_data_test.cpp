// What a run knows of its pictures, and what has become of them.
#include "margay/run/recorded_data.h"

#include <doctest/doctest.h>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/run/data_changes.h"
#include "tests/support/temporary_folder.h"

namespace margay::run {
namespace {

data::ContentHash content(uint64_t number) {
  return {number, number};
}

std::string line(const std::string& path, const std::string& split, uint64_t number) {
  return fmt::format("{},cats,{},{}\n", path, split, number == 0 ? "" : data::to_hex(content(number)));
}

RunDirectory run_with(const test::TemporaryFolder& folder, const std::string& manifest) {
  RunDirectory run = RunDirectory::create(folder / "run");
  write_file_atomically(run.config(), "");
  write_file_atomically(run.manifest(), manifest);
  return run;
}

const std::string kManifest = "path,label,split,hash\n" + line("/d/1.jpg", "train", 1) +
                              line("/d/2.jpg", "train", 2) + line("/d/3.jpg", "train", 3) +
                              line("/d/4.jpg", "validation", 4) + line("/d/broken.jpg", "train", 0);

std::string changes(const RunDirectory& run, const std::vector<PresentPicture>& present) {
  return changes_since(RecordedData::read(run), present).describe();
}

TEST_CASE("a run knows by content what it has learned from") {
  const test::TemporaryFolder folder;
  const RunDirectory run = run_with(folder, kManifest);
  const RecordedData recorded = RecordedData::read(run);
  CHECK(recorded.is_known());
  CHECK(recorded.has_learned(content(1)));
  CHECK_FALSE(recorded.has_learned(content(4)));
  CHECK_FALSE(recorded.has_learned(content(9)));
  CHECK(recorded.has_validated(content(4)));
  CHECK_FALSE(recorded.has_validated(content(1)));
  CHECK(recorded.validation_pictures() == 1);
  CHECK(recorded.pictures().size() == 5);

  // The run that it began with had learned from others too.
  write_file_atomically(run.learned(), format_learned({{content(9), content(1)}, {}}));
  const RecordedData more = RecordedData::read(run);
  CHECK(more.has_learned(content(9)));
  CHECK(more.unknown_weights().empty());
  CHECK(more.learned() == std::vector{content(1), content(2), content(3), content(9)});
}

TEST_CASE("a run knows which weights before it nobody knows") {
  const test::TemporaryFolder folder;
  const RunDirectory run = run_with(folder, kManifest);
  const std::vector<std::string> unknown{"/w/found, somewhere.pth", "/w/=copy.safetensors"};
  write_file_atomically(run.learned(), format_learned({{content(9)}, unknown}));
  RecordedData recorded = RecordedData::read(run);
  CHECK(recorded.has_learned(content(9)));
  CHECK(recorded.unknown_weights() == unknown);
  write_file_atomically(run.learned(), format_learned({{}, unknown}));
  recorded = RecordedData::read(run);
  CHECK(recorded.learned().size() == 3);
  CHECK(recorded.unknown_weights() == unknown);
  write_file_atomically(run.learned(), "something,else\n1,2\n");
  CHECK_THROWS_AS(RecordedData::read(run), FormatError);
}

TEST_CASE("nothing is known of runs without hashes and of folders that are none") {
  const test::TemporaryFolder folder;
  const RunDirectory run = run_with(folder, "path,label,split\n/d/1.jpg,cats,train\n");
  CHECK_FALSE(RecordedData::read(run).is_known());
  std::filesystem::remove(run.manifest());
  CHECK_FALSE(RecordedData::read(run).is_known());
  write_file_atomically(run.manifest(), kManifest);
  std::filesystem::remove(run.config());
  CHECK_FALSE(RecordedData::read(run).is_known());
  write_file_atomically(run.config(), "");
  write_file_atomically(run.manifest(), "path,label,split,hash\n/d/1.jpg,cats,train,12\n");
  CHECK_THROWS_AS(RecordedData::read(run), FormatError);
}

TEST_CASE("changes of the data are told by kind") {
  const test::TemporaryFolder folder;
  const RunDirectory run = run_with(folder, kManifest);
  const std::vector<PresentPicture> same{
      {"/d/1.jpg", content(1)}, {"/d/2.jpg", content(2)}, {"/d/3.jpg", content(3)}, {"/d/4.jpg", content(4)}};
  CHECK(changes(run, same).empty());

  // Numbers that shift by one: each picture is there under the next name, and the first is new.
  CHECK(changes(run, {{"/d/1.jpg", content(5)},
                      {"/d/2.jpg", content(1)},
                      {"/d/3.jpg", content(2)},
                      {"/d/4.jpg", content(3)},
                      {"/d/5.jpg", content(4)}}) ==
        "4 renamed (/d/1.jpg is now /d/2.jpg, /d/2.jpg is now /d/3.jpg, /d/3.jpg is now /d/4.jpg, ...); "
        "1 changed (/d/1.jpg)");
  // The first is gone, and the others took its place.
  CHECK(changes(run, {{"/d/1.jpg", content(2)}, {"/d/2.jpg", content(3)}, {"/d/3.jpg", content(4)}}) ==
        "3 renamed (/d/2.jpg is now /d/1.jpg, /d/3.jpg is now /d/2.jpg, /d/4.jpg is now /d/3.jpg); "
        "1 missing (/d/1.jpg)");
  std::vector<PresentPicture> other = same;
  other[1].content = content(7);
  CHECK(changes(run, other) == "1 changed (/d/2.jpg)");
  other = same;
  other.pop_back();
  CHECK(changes(run, other) == "1 missing (/d/4.jpg)");
  other.push_back({"/e/four.jpg", content(4)});
  CHECK(changes(run, other) == "1 renamed (/d/4.jpg is now /e/four.jpg)");
  other = same;
  other.push_back({"/d/6.jpg", content(6)});
  other.push_back({"/d/copy.jpg", content(1)});
  other.push_back({"/d/broken.jpg", content(8)});
  CHECK(changes(run, other) == "3 new (/d/6.jpg, /d/broken.jpg, /d/copy.jpg)");
  // A table that says something else of a picture.
  other = same;
  for (PresentPicture& picture : other) picture.label = "cats", picture.split = "train";
  CHECK(changes(run, other) == "1 in another class or split (/d/4.jpg: validation, cats is now train, cats)");
  other[3].split = "validation";
  CHECK(changes(run, other).empty());
  other[0].label = "dogs";
  CHECK(changes(run, other) == "1 in another class or split (/d/1.jpg: train, cats is now train, dogs)");
  CHECK(changes(run, {}) == "4 missing (/d/1.jpg, /d/2.jpg, /d/3.jpg, ...)");
}

}  // namespace
}  // namespace margay::run
