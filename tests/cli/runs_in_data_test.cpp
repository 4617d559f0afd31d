// Trainings into a folder of their own data set, again and again.
#include <doctest/doctest.h>

#include "margay/core/json.h"
#include "margay/model/model.h"
#include "tests/support/pets_place.h"

using namespace margay;
namespace fs = std::filesystem;
using Place = test::PetsPlace;

TEST_CASE("a run or a sweep among the pictures is no class of the next training") {
  const Place place;
  const std::string data = "pets/train";
  const auto train = [&](const std::string& run) {
    return place.run({"train", data, "--recipe", "small.toml", "--epochs", "1", "--out", data + "/" + run});
  };
  REQUIRE(train("runs/first").exit_code == 0);
  const test::ProgramResult sweep = place.run({"sweep", data, "--recipe", "small.toml", "--epochs", "1",
                                               "--set", "optimizer.lr=0.001,0.01", "--out", data + "/tries"});
  CAPTURE(sweep.err);
  REQUIRE(sweep.exit_code == 0);
  CHECK(sweep.err.find("left out: runs/ (a run of margay)") != std::string::npos);
  const test::ProgramResult second = train("runs/second");
  CAPTURE(second.err);
  REQUIRE(second.exit_code == 0);
  CHECK(second.err.find("left out: runs/ (a run of margay), tries/ (a sweep of margay)") !=
        std::string::npos);
  const model::Model model = model::load_model(place / (data + "/runs/second/model.safetensors"));
  CHECK(model.classes == std::vector<std::string>{"cats", "dogs"});
  const test::ProgramResult evaluated = place.run({"evaluate", data + "/runs/second", data, "--json"});
  CAPTURE(evaluated.err);
  CHECK(evaluated.exit_code == 0);
  CHECK(evaluated.err.find("left out: runs/ (2 runs of margay)") != std::string::npos);
  const test::ProgramResult predicted = place.run({"predict", data + "/runs/second", data});
  CHECK(predicted.exit_code == 0);
  CHECK(predicted.out.find("samples.png") == std::string::npos);
  CHECK(predicted.err.find("runs/ (2 runs of margay)") != std::string::npos);
}

TEST_CASE("another split seed holds other pictures back") {
  const Place place;
  const auto manifest_of = [&](const std::string& seed) {
    const test::ProgramResult trained =
        place.run({"train", "pets/train", "--recipe", "small.toml", "--epochs", "1", "--split-seed", seed,
                   "--out", "run" + seed});
    CAPTURE(trained.err);
    REQUIRE(trained.exit_code == 0);
    return read_text_file(place / ("run" + seed + "/manifest.csv"));
  };
  CHECK(manifest_of("1") != manifest_of("2"));
  CHECK(place.run({"train", "pets", "--recipe", "small.toml", "--split-seed", "1"}).exit_code == 2);
}

TEST_CASE("a class folder is no place for a sweep or a story, even where a run lies in it") {
  const Place place;
  const std::string data = "pets/train";
  const std::string run = data + "/cats/r";
  REQUIRE(place.run({"train", data, "--recipe", "small.toml", "--epochs", "1", "--out", run}).exit_code == 0);
  for (const char* folder : {"pets/train/cats", "pets/train"}) {
    CAPTURE(folder);
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"story", data, "--epochs", "1", "--size", "32", "--out", folder},
          {"sweep", data, "--recipe", "small.toml", "--set", "optimizer.lr=0.001,0.01", "--out", folder}}) {
      const test::ProgramResult refused = place.run(words);
      CAPTURE(refused.err);
      CHECK(refused.exit_code == 2);
      CHECK(refused.err.find("holds something else already, such as ") != std::string::npos);
    }
  }
}

TEST_CASE("stories and sweeps do not write into each other's folder") {
  const Place place;
  for (const char* folder : {"swept/trial-001", "told/article"}) make_folder(place / folder);
  write_file_atomically(place / "swept/sweep.json", std::string_view("{}"));
  write_file_atomically(place / "swept/trial-001/config.toml", std::string_view("[training]\n"));
  write_file_atomically(place / "told/story.html", std::string_view("<html></html>"));
  write_file_atomically(place / "told/article/config.toml", std::string_view("[training]\n"));
  const test::RefusedCommand refused[] = {
      {{"story", "pets", "--epochs", "1", "--size", "32", "--out", "swept"},
       2,
       "swept holds something else already, such as "},
      {{"sweep", "pets", "--recipe", "small.toml", "--set", "optimizer.lr=0.001,0.01", "--out", "told"},
       2,
       "told holds something else already, such as "}};
  place.check_refused(refused);
  CHECK_FALSE(fs::exists(place / "swept/story.html"));
  CHECK_FALSE(fs::exists(place / "told/sweep.json"));
}
