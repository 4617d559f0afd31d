// A run knows by content what it has learned from, whatever becomes of names, folders and archives.
#include <fmt/format.h>

#include "margay/core/json.h"
#include "margay/core/sha256.h"
#include "margay/recipe/recipe.h"
#include "tests/data/archived_folder.h"
#include "tests/support/pets_place.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

using Place = test::PetsPlace;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void train(const Place& place, std::vector<std::string> words) {
  words.insert(words.begin(), "train");
  const test::ProgramResult result = place.run(words);
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
}

/// Of a measurement that succeeds.
Json measure(const Place& place, std::vector<std::string> words) {
  words.insert(words.begin(), "evaluate");
  words.emplace_back("--json");
  const test::ProgramResult result = place.run(words);
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  return parse_json(result.out, "evaluation");
}

void check_refused(const test::ProgramResult& result, int exit_code, const std::vector<std::string>& parts) {
  CAPTURE(result.err);
  CHECK(result.exit_code == exit_code);
  for (const std::string& part : parts) {
    CAPTURE(part);
    CHECK(has(result.err, part));
  }
}

/// The pictures of pets/train, unsplit: "flat" with cats and dogs.
void make_flat(const Place& place) {
  fs::create_directory(place / "flat");
  for (const char* name : {"cats", "dogs"}) fs::rename(place / "pets/train" / name, place / "flat" / name);
}

/// Other names, which reverse the order too.
void rename_all(const fs::path& root) {
  for (const char* name : {"cats", "dogs"})
    for (int i = 0; i < 24; ++i)
      fs::rename(root / name / fmt::format("{}.png", i), root / name / fmt::format("img{:03}.png", 500 - i));
}

}  // namespace

TEST_CASE("pictures that a run has learned from are left out of its figures, wherever they lie") {
  const Place place;
  make_flat(place);
  train(place, {"flat", "--recipe", "small.toml", "--out", "run"});
  const Json held_back = measure(place, {"run", "run/manifest.csv"});
  CHECK(held_back["split"] == "validation");
  CHECK(held_back["count"] == 10);
  CHECK(held_back["learned"] == Json{{"known", true}, {"count", 0}, {"evaluation", nullptr}});

  test::archive_folder(place / "flat", place / "flat.zip", test::ArchiveKind::zip);
  fs::rename(place / "flat", place / "moved");
  rename_all(place / "moved");
  std::string table = "path,label,split\n";
  for (const auto& entry : fs::recursive_directory_iterator(place / "moved"))
    if (entry.is_regular_file())
      table +=
          fmt::format("{},{},train\n", entry.path().string(), entry.path().parent_path().filename().string());
  write_file_atomically(place / "only_train.csv", table);
  for (const char* data : {"moved", "flat.zip", "only_train.csv"}) {
    CAPTURE(data);
    const Json found = measure(place, {"run", data, "--tta", "flip"});
    CHECK(found["count"] == 10);
    CHECK(found["with_tta"]["count"] == 10);
    CHECK(found["accuracy"] == held_back["accuracy"]);
    CHECK(found["loss"].get<double>() == doctest::Approx(held_back["loss"].get<double>()));
    CHECK(found["learned"]["count"] == 38);
    CHECK(found["learned"]["evaluation"]["count"] == 38);
  }
  // A table that goes on counts those that it asks about.
  place.run({"predict", "run", "moved/cats", "--output", "answers.csv"});
  const test::ProgramResult rest = place.run({"predict", "run", "moved", "--output", "answers.csv"});
  CHECK(has(rest.err, "of the 24 pictures asked about now"));
  const test::ProgramResult told = place.run({"evaluate", "run", "moved", "--html", "page.html"});
  CHECK(has(told.out, "Left out: 38 pictures that run has learned from"));
  CHECK(has(told.out, "10 pictures)"));
  CHECK(has(read_text_file(place / "page.html"), "Left out: 38 pictures that run has learned from"));
  CHECK(has(read_text_file(place / "page.html"), "Measured on 10 pictures"));
}

TEST_CASE("where nothing but learned pictures is left, it is said what to measure on") {
  const Place place;
  train(place, {"pets", "--recipe", "small.toml", "--out", "run"});
  check_refused(place.run({"evaluate", "run", "pets", "--split", "train"}), 3,
                {"run has learned from all 48 pictures of split train",
                 "margay evaluate run run/manifest.csv --split validation", "the 16 pictures"});
  fs::remove_all(place / "pets/validation");
  train(place, {"pets", "--recipe", "small.toml", "--out", "all"});
  check_refused(
      place.run({"evaluate", "all", "pets"}), 3,
      {"all has learned from all 48 pictures", "pictures that it has not seen", "--validation 0.2"});

  // Without its manifest a model does not know, and says so.
  fs::copy_file(place / "all/model.safetensors", place / "model.safetensors");
  const test::ProgramResult copy = place.run({"evaluate", "model.safetensors", "pets"});
  CHECK(copy.exit_code == 0);
  CHECK(has(copy.out, "is not known"));
  CHECK(measure(place, {"model.safetensors", "pets"})["learned"]["known"] == false);
}

TEST_CASE(
    "where all validation pictures are among the training pictures, nobody is sent to measure on them") {
  const Place place;
  fs::remove_all(place / "pets/validation");
  fs::create_directory(place / "pets/validation");
  for (const char* name : {"cats", "dogs"}) {
    fs::create_directory(place / "pets/validation" / name);
    for (int i = 0; i < 6; ++i)
      fs::copy_file(place / "pets/train" / name / fmt::format("{}.png", i),
                    place / "pets/validation" / name / fmt::format("copy{}.png", i));
  }
  const test::ProgramResult trained = place.run({"train", "pets", "--recipe", "small.toml", "--out", "run"});
  CAPTURE(trained.err);
  REQUIRE(trained.exit_code == 0);
  CHECK(has(trained.err, "validation shows learned pictures"));
  CHECK(has(trained.err, "margay evaluate run OTHER-PICTURES"));
  CHECK_FALSE(has(trained.err, "--split validation"));
  const test::ProgramResult refused = place.run({"evaluate", "run", "run/manifest.csv"});
  check_refused(refused, 3,
                {"run has learned from all 12 pictures of split validation",
                 "name pictures that it has not seen", "margay train --validation 0.2"});
  CHECK_FALSE(has(refused.err, "--split validation"));

  // One that is new is left to measure with.
  test::write_tiny_dataset(place / "others", {"cats", "dogs"}, 1, 1, 16, 30);
  fs::copy_file(place / "others/validation/cats/0.png", place / "pets/validation/cats/new.png");
  const test::ProgramResult with_one =
      place.run({"train", "pets", "--recipe", "small.toml", "--out", "second"});
  CHECK(has(with_one.err, "on the 1 validation picture"));
  CHECK(measure(place, {"second", "second/manifest.csv"})["count"] == 1);
}

TEST_CASE("what a run began with has learned from counts too") {
  const Place place;
  make_flat(place);
  train(place, {"flat", "--recipe", "small.toml", "--out", "first"});
  test::write_tiny_dataset(place / "others", {"cats", "dogs"}, 12, 4, 16, 30);
  train(place, {"others", "--recipe", "small.toml", "--weights", "first", "--out", "second"});
  train(place,
        {"others", "--recipe", "small.toml", "--weights", "second/model.safetensors", "--out", "third"});
  for (const char* run : {"second", "third"}) {
    const Json found = measure(place, {run, "flat"});
    CHECK(found["count"] == 10);
    CHECK(found["learned"]["count"] == 38);
  }
}

TEST_CASE("what weights far back had learned from stays known, and unknown, wherever the runs between are") {
  const Place place;
  make_flat(place);
  train(place, {"flat", "--recipe", "small.toml", "--epochs", "1", "--out", "first"});
  fs::copy_file(place / "first/model.safetensors", place / "copy.safetensors");
  test::write_tiny_dataset(place / "others", {"cats", "dogs"}, 12, 4, 16, 30);
  const auto train_from = [&](const char* weights, const char* run) {
    train(place, {"others", "--recipe", "small.toml", "--epochs", "1", "--weights", weights, "--out", run});
  };
  train_from("first", "known-2");
  train_from("known-2", "known-3");
  train_from("copy.safetensors", "unknown-2");
  train_from("unknown-2", "unknown-3");
  for (const char* run : {"first", "known-2", "unknown-2"}) fs::remove_all(place / run);
  train_from("known-3", "known-4");
  train_from("unknown-3", "unknown-4");
  const Json known = measure(place, {"known-4", "flat"});
  CHECK(known["learned"]["count"] == 38);
  CHECK(known["unknown_weights"].is_null());
  const Json unknown = measure(place, {"unknown-4", "flat"});
  CHECK(unknown["learned"]["count"] == 0);
  REQUIRE(unknown["unknown_weights"].is_string());
  CHECK(has(unknown["unknown_weights"].get<std::string>(), "copy.safetensors"));
}

TEST_CASE("pictures that have chosen the model are told, and a test split is preferred") {
  const Place place;
  fs::create_directories(place / "pets/test");
  for (const char* name : {"cats", "dogs"}) {
    fs::create_directory(place / "pets/test" / name);
    for (int i = 0; i < 4; ++i)
      fs::rename(place / "pets/validation" / name / fmt::format("{}.png", i),
                 place / "pets/test" / name / fmt::format("{}.png", i));
  }
  train(place, {"pets", "--recipe", "small.toml", "--out", "run", "--keep", "best", "--patience", "2"});
  const Json on_test = measure(place, {"run", "pets"});
  CHECK(on_test["split"] == "test");
  CHECK(on_test["chosen_on_validation"]["what"] == Json{"the epoch that is kept", "when the training ended"});
  CHECK(on_test["chosen_on_validation"]["count"] == 0);
  const Json on_validation = measure(place, {"run", "pets", "--split", "validation"});
  CHECK(on_validation["chosen_on_validation"]["count"] == 8);
  const std::string text = place.run({"evaluate", "run", "pets", "--split", "validation"}).out;
  CHECK(has(text,
            "8 of the 8 pictures have chosen the epoch that is kept and when the training ended: on "
            "them it looks better than on new pictures"));
  CHECK(has(place.run({"evaluate", "run", "run/manifest.csv"}).out, "none of them is measured here"));
  CHECK(has(read_text_file(place / "run/report.html"), "The validation pictures have chosen the epoch"));
  CHECK(has(read_text_file(place / "run/report.html"), "--split validation"));
}

TEST_CASE("a run that goes on says that its table has other labels now") {
  const Place place;
  std::string table = "path,label,split\n";
  for (const char* split : {"train", "validation"})
    for (const char* label : {"cats", "dogs"})
      for (int i = 0; i < 8; ++i) table += fmt::format("pets/{0}/{1}/{2}.png,{1},{0}\n", split, label, i);
  write_file_atomically(place / "t.csv", std::string_view(table));
  REQUIRE(
      place.run({"train", "t.csv", "--recipe", "small.toml", "--epochs", "1", "--out", "run"}).exit_code ==
      0);
  const auto go_on = [&](const char* epochs) {
    return place.run({"train", "--resume", "run", "--epochs", epochs}).err;
  };
  CHECK_FALSE(has(go_on("2"), "t.csv has changed"));
  table.replace(table.find(",cats,"), 6, ",dogs,");
  write_file_atomically(place / "t.csv", std::string_view(table));
  CHECK(has(go_on("3"), "t.csv has changed since"));
}

TEST_CASE("a run that goes on notices pictures that have changed") {
  const Place place;
  make_flat(place);
  const auto go_on = [&](std::vector<std::string> more = {}) {
    std::vector<std::string> words{"train", "--resume", "run", "--epochs", "4"};
    words.insert(words.end(), more.begin(), more.end());
    return place.run(words);
  };
  train(place, {"flat", "--recipe", "small.toml", "--out", "run"});
  fs::copy(place / "run", place / "whole");
  const auto restore = [&] {
    fs::remove_all(place / "run");
    fs::copy(place / "whole", place / "run");
  };

  // Numbers that shift: each file has the name of the one before.
  fs::rename(place / "flat/cats/0.png", place / "first.png");
  for (int i = 1; i < 24; ++i)
    fs::rename(place / "flat/cats" / fmt::format("{}.png", i),
               place / "flat/cats" / fmt::format("{}.png", i - 1));
  check_refused(go_on(), 3, {"23 renamed (", "1 missing (", "--accept-changed-data", "Hint: "});
  CHECK(read_text_file(place / "run/manifest.csv") == read_text_file(place / "whole/manifest.csv"));
  const test::ProgramResult accepted = go_on({"--accept-changed-data"});
  CHECK(accepted.exit_code == 0);
  CHECK(has(accepted.err, "pictures are not those that it began with: 23 renamed"));
  // What was learned before the change stays known.
  CHECK(measure(place, {"run", "flat"})["learned"]["count"].get<int>() >= 37);
  CHECK(place.run({"train", "--resume", "run", "--epochs", "5"}).exit_code == 0);

  restore();
  for (int i = 23; i > 0; --i)
    fs::rename(place / "flat/cats" / fmt::format("{}.png", i - 1),
               place / "flat/cats" / fmt::format("{}.png", i));
  fs::rename(place / "first.png", place / "flat/cats/0.png");
  CHECK(go_on().exit_code == 0);

  restore();
  fs::copy_file(place / "pets/validation/cats/0.png", place / "flat/cats/new.png");
  check_refused(go_on(), 3, {"1 new (", "new.png"});
  fs::remove(place / "flat/cats/new.png");
  fs::rename(place / "flat/dogs/0.png", place / "flat/dogs/other.png");
  check_refused(go_on(), 3, {"1 renamed (", "0.png is now ", "other.png"});
  fs::rename(place / "flat/dogs/other.png", place / "flat/dogs/0.png");
  fs::rename(place / "flat", place / "gone");
  check_refused(go_on(), 3, {"the pictures of run are not what they were", "put them back, or a link to"});
  fs::create_directory_symlink("gone", place / "flat");
  CHECK(go_on().exit_code == 0);
  CHECK(place.run({"train", "pets", "--accept-changed-data", "--recipe", "small.toml"}).exit_code == 2);
}

TEST_CASE("a copy in both splits is no picture that the weights have learned from before the run") {
  const Place place;
  fs::copy_file(place / "pets/train/cats/0.png", place / "pets/validation/cats/copy.png");
  train(place, {"pets", "--recipe", "small.toml", "--out", "run"});
  const test::ProgramResult resumed = place.run({"train", "--resume", "run", "--epochs", "4"});
  CAPTURE(resumed.err);
  CHECK(resumed.exit_code == 0);
  CHECK(has(resumed.err, "1 picture is in more than one split"));
  CHECK_FALSE(has(resumed.err, "learned from before"));

  // A picture that was trained on before, and is one of validation now, is news.
  std::string manifest = read_text_file(place / "run/manifest.csv");
  const std::string trained = (place / "pets/train/dogs/0.png").string();
  const size_t at = manifest.find(trained + ",dogs,train");
  REQUIRE(at != std::string::npos);
  manifest.replace(at + trained.size(), std::string_view(",dogs,train").size(), ",dogs,validation");
  write_file_atomically(place / "split.csv", manifest);
  const test::ProgramResult second =
      place.run({"train", "split.csv", "--recipe", "small.toml", "--weights", "run", "--out", "second"});
  CAPTURE(second.err);
  CHECK(second.exit_code == 0);
  CHECK(has(second.err, "1 of the 18 validation pictures is one that the weights have learned from before"));
}

TEST_CASE("what becomes of a run's files makes nothing known that is not") {
  const Place place;
  train(place, {"pets", "--recipe", "small.toml", "--epochs", "1", "--out", "first"});
  fs::copy_file(place / "first/model.safetensors", place / "copy.safetensors");
  const std::vector<std::string> again{"pets", "--recipe", "small.toml", "--epochs", "1", "--weights"};
  const auto told = [&](const std::string& weights) {
    std::vector<std::string> words = again;
    words.insert(words.end(), {weights, "--out", "of-" + weights});
    train(place, words);
    return place.run({"evaluate", "of-" + weights, "pets", "--split", "validation"}).out;
  };
  CHECK_FALSE(has(told("first"), "is not known"));
  CHECK(has(told("copy.safetensors"), "which pictures those had learned from is not known"));

  REQUIRE(place
              .run({"sweep", "pets", "--recipe", "small.toml", "--lr", "1e-4..1e-3", "--trials", "1",
                    "--epochs", "1", "--out", "sw"})
              .exit_code == 0);
  fs::copy(place / "sw/trial-001", place / "best", fs::copy_options::recursive);
  CHECK(
      has(place.run({"evaluate", "best", "pets", "--split", "validation"}).out, "the settings, in a sweep"));

  const Json all = measure(place, {"first", "pets", "--split", "all"});
  CHECK(all["split"] == "all");
  CHECK(all["learned"]["count"] == 48);
}

TEST_CASE("validation pictures that the pretrained weights have learned from are told before the training") {
  const Place place;
  make_flat(place);
  train(place, {"flat", "--recipe", "small.toml", "--out", "first"});
  const test::ProgramResult second = place.run({"train", "flat", "--recipe", "small.toml", "--weights",
                                                "first", "--validation", "0.5", "--out", "second"});
  CAPTURE(second.err);
  CHECK(second.exit_code == 0);
  CHECK(
      has(second.err, "14 of the 24 validation pictures are ones that the weights have learned from before"));
  const Json config = recipe::parse_toml(read_text_file(place / "second/config.toml"), "config");
  const std::string hash = sha256_hex_of_file(place / "first/model.safetensors");
  CHECK(config["source"]["weights_sha256"] == hash);
  CHECK(parse_json(read_text_file(place / "second/environment.json"), "environment")["weights_sha256"] ==
        hash);
  const Json provenance = measure(place, {"second", "flat"})["provenance"];
  CHECK(provenance["weights_sha256"] == hash);
  CHECK(provenance.contains("commit"));
}
