// Runs whose files people have edited or moved before they go on.
#include "margay/core/json.h"
#include "tests/support/old_checkpoint.h"
#include "tests/support/pets_place.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

using Place = test::PetsPlace;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void train(const Place& place, const std::string& run) {
  const test::ProgramResult result = place.run({"train", "pets", "--recipe", "small.toml", "--out", run});
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
}

void edit(const fs::path& file, const std::string& from, const std::string& to) {
  std::string text = read_text_file(file);
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  write_file_atomically(file, std::string_view(text.replace(at, from.size(), to)));
}

}  // namespace

TEST_CASE(
    "a run whose manifest was edited does not go on, and is not measured as if nothing were the matter") {
  const Place place;
  train(place, "run");
  const std::string manifest = read_text_file(place / "run/manifest.csv");
  edit(place / "run/manifest.csv", ",validation,", ",train,");
  const test::ProgramResult result = place.run({"train", "--resume", "run", "--epochs", "4"});
  CAPTURE(result.err);
  CHECK(result.exit_code == 3);
  CHECK(has(result.err, "run/manifest.csv is not as the training wrote it"));
  const test::ProgramResult measured = place.run({"evaluate", "run", "pets"});
  CHECK(has(measured.out + measured.err, "because its manifest.csv is not as the training wrote it"));
  const test::ProgramResult accepted =
      place.run({"train", "--resume", "run", "--epochs", "4", "--accept-changed-data"});
  CAPTURE(accepted.err);
  CHECK(accepted.exit_code == 0);
  CHECK(place.run({"train", "--resume", "run", "--epochs", "5"}).exit_code == 0);
}

TEST_CASE("a class folder that was renamed is told as what it is") {
  const Place place;
  train(place, "run");
  fs::rename(place / "pets/train/cats", place / "pets/train/kittens");
  const test::ProgramResult result = place.run({"train", "--resume", "run", "--epochs", "4"});
  CAPTURE(result.err);
  CHECK(result.exit_code == 3);
  CHECK(has(result.err, "with all of the class 'cats'"));
  CHECK_FALSE(has(result.err, "mend its pictures"));
}

TEST_CASE("warnings of the data are told with --quiet, too") {
  const Place place;
  fs::copy(place / "pets/train/cats", place / "pets/train/Cats");
  const test::ProgramResult result =
      place.run({"train", "pets", "--recipe", "small.toml", "--out", "run", "--quiet"});
  CAPTURE(result.err);
  CHECK(result.exit_code == 0);
  CHECK(has(result.err, "look alike"));
  CHECK(has(result.err, "in more than one class"));
  CHECK_FALSE(has(result.err, "3 classes"));
}

TEST_CASE("a run whose settings were edited does not go on, and says which") {
  const Place place;
  train(place, "run");
  const std::string config = read_text_file(place / "run/config.toml");
  const auto go_on = [&] { return place.run({"train", "--resume", "run", "--epochs", "4"}); };
  edit(place / "run/config.toml", "batch_size = 10", "batch_size = 12");
  const test::ProgramResult batch = go_on();
  CAPTURE(batch.err);
  CHECK(batch.exit_code == 2);
  CHECK(
      has(batch.err, "the settings are not those that run began with: training.batch_size is 12 and was 10"));
  CHECK(has(batch.err, "--epochs, --budget"));

  write_file_atomically(place / "run/config.toml", std::string_view(config));
  edit(place / "run/config.toml", "out_channels = 8", "out_channels = 16");
  const test::ProgramResult network = go_on();
  CAPTURE(network.err);
  CHECK(network.exit_code == 2);
  CHECK(has(network.err, "network.layers is not what it was"));

  // A run of an earlier version has no record of its settings.
  write_file_atomically(place / "run/config.toml", std::string_view(config));
  edit(place / "run/config.toml", "batch_size = 10", "batch_size = 12");
  fs::copy(place / "run", place / "old");
  test::forget_settings(place / "old");
  CHECK(place.run({"train", "--resume", "old", "--epochs", "4"}).exit_code == 0);

  // What an option may change, a hand may.
  write_file_atomically(place / "run/config.toml", std::string_view(config));
  edit(place / "run/config.toml", "epochs = 3", "epochs = 5");
  CHECK(place.run({"train", "--resume", "run"}).exit_code == 0);
}
