// Settings under their usual names, and the recipe that is taken where nobody names one.
#include <doctest/doctest.h>

#include <cstdlib>

#include "margay/core/atomic_file.h"
#include "margay/core/json.h"
#include "margay/recipe/recipe.h"
#include "tests/support/assets.h"
#include "tests/support/pets_place.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

using Place = test::PetsPlace;

Json config_of(const fs::path& run) {
  return recipe::parse_toml(read_text_file(run / "config.toml"), "config.toml");
}

/// What the command said, once it has trained into the folder `run`.
std::string train(const Place& place, std::vector<std::string> words) {
  words.insert(words.begin(), "train");
  words.insert(words.end(), {"--out", "run"});
  const test::ProgramResult result = place.run(words);
  CAPTURE(result.err);
  CHECK(result.exit_code == 0);
  return result.err;
}

/// No weights are on this machine.
class NoWeights {
 public:
  explicit NoWeights(const Place& place) {
    ::setenv("MARGAY_MIRROR", (place / "none").c_str(), 1);
    ::setenv("MARGAY_CACHE", (place / "cache").c_str(), 1);
  }
  ~NoWeights() {
    ::unsetenv("MARGAY_MIRROR");
    ::unsetenv("MARGAY_CACHE");
  }
};

}  // namespace

TEST_CASE("settings have options under their usual names") {
  const Place place;
  train(place, {"pets", "--recipe", "small.toml", "--lr", "0.02", "--batch-size", "6", "--optimizer", "sgd",
                "--lr-schedule", "cosine", "--size", "12x20", "--epochs", "1"});
  const Json config = config_of(place / "run");
  CHECK(config["optimizer"]["lr"] == 0.02);
  CHECK(config["optimizer"]["name"] == "sgd");
  CHECK(config["training"]["batch_size"] == 6);
  CHECK(config["schedule"]["name"] == "cosine");
  CHECK(config["input"]["width"] == 12);
  CHECK(config["input"]["height"] == 20);
}

TEST_CASE("a story, whose settings lie over two recipes, takes the same options") {
  const Place place;
  const test::ProgramResult result =
      place.run({"story", "pets", "--size", "20", "--lr", "0.02", "--epochs", "1", "--quiet"});
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  for (const char* run : {"story/article", "story/article-regularized"}) {
    const Json config = config_of(place / run);
    CHECK(config["input"]["width"] == 20);
    CHECK(config["optimizer"]["lr"] == 0.02);
  }
}

TEST_CASE("options for settings are refused where they make no sense") {
  const Place place;
  const auto small = [](std::vector<std::string> words) {
    words.insert(words.begin(), {"train", "pets", "--recipe", "small.toml"});
    return words;
  };
  const test::RefusedCommand refused[] = {
      {small({"--set", "lr=0.1"}), 2, "did you mean 'optimizer.lr'?"},
      {small({"--set", "training.lr=0.1"}), 2, "did you mean 'optimizer.lr'?"},
      {small({"--set", "optimizer=sgd"}), 2, "did you mean 'optimizer.name'?"},
      {small({"--lr", "0.1", "--set", "optimizer.lr=0.2"}), 2, "optimizer.lr is given twice"},
      {small({"--lr", "fast"}), 2, "optimizer.lr is \"fast\""},
      {small({"--lr", "0.1", "--lr", "0.2"}), 2, "--lr"},
      {small({"--batch-size", "0"}), 2, "training.batch_size is 0"},
      {small({"--optimizer", "adamm"}), 2, "optimizer.name"},
      {small({"--lr-schedule", "cosin"}), 2, "schedule.name"},
      {small({"--size", "big"}), 2, "--size big is no size"},
      {small({"--size", "16x"}), 2, "such as 150, or width x height"},
      {small({"--size", "0"}), 2, "--size 0"},
      {{"sweep", "pets", "--recipe", "small.toml", "--set", "lr=1e-4..1e-2"}, 2, "'optimizer.lr'"},
      {{"sweep", "pets", "--recipe", "small.toml", "--batch-size", "8,none"}, 2, "training.batch_size"},
      {{"train", "pets", "--network", "vit_b_16", "--weights", "imagenet", "--size", "96"},
       2,
       "weights of vit_b_16 are for pictures of 224 pixels"},
      {{"train", "--resume", "run", "--lr", "0.1"}, 2, "--lr"},
      {{"train", "pets", "--weights", "small.toml"}, 2, "name it, as in --network resnet18"},
  };
  place.check_refused(refused);
  CHECK_FALSE(fs::exists(place / "runs"));
  CHECK_FALSE(fs::exists(place / "sweeps"));
}

TEST_CASE("a sweep takes fixed values, lists and ranges by the same options") {
  const Place place;
  const test::ProgramResult result =
      place.run({"sweep", "pets", "--recipe", "small.toml", "--lr", "0.01,0.02", "--batch-size", "6",
                 "--size", "8", "--trials", "2", "--epochs", "1", "--json"});
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  const Json trials = parse_json(result.out, "standard output")["trials"];
  REQUIRE(trials.size() == 2);
  CHECK(trials[0]["settings"]["optimizer.lr"] != trials[1]["settings"]["optimizer.lr"]);
  const Json config = config_of(place / "sweeps/small/trial-002");
  CHECK(config["training"]["batch_size"] == 6);
  CHECK(config["input"]["width"] == 8);
}

TEST_CASE(
    "a network without weights and without a recipe is trained from scratch at its own size or the given "
    "one") {
  const Place place;
  const NoWeights none(place);
  const std::string said =
      train(place, {"pets", "--network", "resnet10_slim", "--size", "48", "--epochs", "1"});
  CHECK(said.find("recipe 'scratch', because nobody publishes weights of resnet10_slim") !=
        std::string::npos);
  const Json config = config_of(place / "run");
  CHECK(config["source"]["recipe"] == "scratch");
  CHECK(config["input"]["width"] == 48);
  CHECK(config["schedule"]["sizes"] == Json::array({24, 32, 40}));
  CHECK(config["augment"]["transforms"] != "");

  const test::ProgramResult own_size = place.run(
      {"bench", "--network", "mobilenet_v3_small", "--batch-size", "2", "--seconds", "0", "--json"});
  CAPTURE(own_size.err);
  CHECK(own_size.exit_code == 0);
  CHECK(own_size.err.empty());
  CHECK(parse_json(own_size.out, "out")["recipe"] == "scratch");
  const test::ProgramResult told = place.run({"bench", "--network", "mobilenet_v3_small", "--seconds", "0"});
  CHECK(told.err.find("for pictures of 224 pixels") != std::string::npos);
}

TEST_CASE("a network without batch normalisation gets AdamW") {
  const Place place;
  const NoWeights none(place);
  const std::string said =
      train(place, {"pets", "--network", "squeezenet1_1", "--size", "64", "--epochs", "1"});
  CHECK(said.find("no weights of squeezenet1_1 are at hand") != std::string::npos);
  CHECK(said.find("with AdamW") != std::string::npos);
  CHECK(config_of(place / "run")["optimizer"]["name"] == "adamw");
  CHECK(config_of(place / "run")["optimizer"]["lr"] == 3e-4);
}

TEST_CASE("weights of a run are trained on by its recipe") {
  const Place place;
  CHECK(place.run({"train", "pets", "--recipe", "small.toml", "--out", "first"}).exit_code == 0);
  const std::string said = train(place, {"pets", "--weights", "first", "--epochs", "1"});
  CHECK(said.find("because first was trained by it") != std::string::npos);
  CHECK(config_of(place / "run")["network"]["layers"] == config_of(place / "first")["network"]["layers"]);
}

TEST_CASE("a network whose weights are at hand gets a head, or steps where options speak of them") {
  const auto weights = test::find_asset("weights/mobilenet_v2-imagenet.pth");
  if (!weights) return;
  const Place place;
  ::setenv("MARGAY_MIRROR", weights->parent_path().c_str(), 1);
  const std::string head = train(place, {"pets", "--network", "mobilenet_v2", "--size", "64"});
  CHECK(head.find("recipe 'transfer', because mobilenet_v2 has weights at hand") != std::string::npos);
  CHECK(config_of(place / "run")["training"]["method"] == "head");
  CHECK(config_of(place / "run")["input"]["width"] == 64);
  const test::ProgramResult steps = place.run({"train", "pets", "--network", "mobilenet_v2", "--size", "64",
                                               "--lr", "1e-4", "--epochs", "1", "--out", "steps"});
  CAPTURE(steps.err);
  CHECK(steps.exit_code == 0);
  CHECK(steps.err.find("recipe 'finetune'") != std::string::npos);
  CHECK(config_of(place / "steps")["input"]["width"] == 64);
  ::unsetenv("MARGAY_MIRROR");
}
