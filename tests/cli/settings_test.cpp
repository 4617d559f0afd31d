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

TEST_CASE("bfloat16 is refused where its sums would be wrong, and left alone by itself there") {
  const Place place;
  ::setenv("ONEDNN_MAX_CPU_ISA", "AVX2", 1);
  const test::RefusedCommand refused[] = {
      {{"train", "pets", "--recipe", "small.toml", "--precision", "bf16"}, 2, "has no AVX-512"}};
  place.check_refused(refused);
  const test::ProgramResult trained = place.run({"train", "pets", "--recipe", "small.toml", "--out", "run"});
  ::unsetenv("ONEDNN_MAX_CPU_ISA");
  CHECK(trained.exit_code == 0);
  CHECK(read_text_file(place / "run/config.toml").find("precision = \"fp32\"") != std::string::npos);
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
      {small({"--set", "optimizer.lr=0.1", "--set", "optimizer.lr=0.2"}), 2, "optimizer.lr is given twice"},
      {small({"--lr", "fast"}), 2, "--lr is 'fast', expected a number from 0 to 100"},
      {small({"--lr", "0.1", "--lr", "0.2"}), 2, "--lr"},
      {small({"--batch-size", "0"}), 2, "--batch-size is '0', expected a whole number from 1 to 65536"},
      {small({"--optimizer", "adamm"}), 2, "--optimizer is 'adamm', expected"},
      {small({"--lr-schedule", "cosin"}), 2, "--lr-schedule is 'cosin', expected"},
      {small({"--size", "big"}), 2, "--size big is no size"},
      {small({"--size", "16x"}), 2, "such as 150, or width x height"},
      {small({"--size", "0"}), 2, "--size 0"},
      {{"lr-find", "pets", "--budget", "10m"}, 2, "has no option '--budget'. Hint: 'margay train' has it; "},
      {{"sweep", "pets", "--budget", "10m"}, 2, "has no option '--budget'. Hint: 'margay train' has it; "},
      {small({"--size", "32,64"}), 2, "--size 32,64 is no size. Hint: 'margay sweep' tries several"},
      {{"sweep", "pets", "--recipe", "small.toml", "--size", "32,64"},
       2,
       "--set input.width=32,64 --set input.height=32,64"},
      {{"sweep", "pets", "--recipe", "small.toml", "--size", "32x32,64x64"}, 2, "--set input.width=32,64"},
      {{"sweep", "pets", "--recipe", "small.toml", "--set", "lr=1e-4..1e-2"}, 2, "'optimizer.lr'"},
      {{"sweep", "pets", "--recipe", "small.toml", "--batch-size", "8,none"},
       2,
       "--batch-size is '8,none', expected a whole number"},
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

TEST_CASE(
    "numbers of the command line are refused in one style, with what is expected and what may be meant") {
  const Place place;
  const auto train = [](std::vector<std::string> words) {
    words.insert(words.begin(), {"train", "pets", "--recipe", "small.toml"});
    return words;
  };
  const test::RefusedCommand refused[] = {
      {train({"--epochs", "1.5"}), 2,
       "[command line] --epochs is '1.5', expected a whole number from 1 to 1000000\n"},
      {train({"--epochs", "1e0"}), 2,
       "--epochs is '1e0', expected a whole number from 1 to 1000000. Hint: did you mean 1?"},
      {train({"--epochs", "2147483648"}), 2,
       "--epochs is '2147483648', expected a whole number from 1 to 1000000\n"},
      {train({"--epochs", "99999999999999999999"}), 2,
       "--epochs is '99999999999999999999', expected a whole"},
      {train({"--epochs", "many"}), 2, "--epochs is 'many', expected a whole number from 1 to 1000000\n"},
      {train({"--epochs", "0"}), 2, "[command line] --epochs is '0', expected"},
      {train({"--epochs=-3"}), 2, "--epochs is '-3', expected"},
      {train({"--batch-size", " 16"}), 2,
       "--batch-size is ' 16', expected a whole number from 1 to 65536. Hint: did you mean 16?"},
      {train({"--lr", "1e999"}), 2, "--lr is '1e999', expected a number from 0 to 100\n"},
      {train({"--lr", "nan"}), 2, "--lr is 'nan', expected a number from 0 to 100\n"},
      {train({"--lr", "1e-4,1e-3"}), 2,
       "--lr is '1e-4,1e-3', expected a number from 0 to 100. Hint: 'margay sweep' tries several"},
      {train({"--validation", "20%"}), 2,
       "--validation is '20%', expected a number from 0 to 0.99. Hint: did you mean 0.2?"},
      {train({"--validation", "inf"}), 2, "--validation is 'inf', expected"},
      {train({"--seed", "-1"}), 2, "--seed is '-1', expected a whole number from 0 to"},
      {train({"--split-seed", "-1"}), 2, "--split-seed is '-1', expected a whole number from 0 to"},
      {train({"--patience", "2.0"}), 2,
       "--patience is '2.0', expected a whole number from 0 to 1000000. Hint: did you mean 2?"},
      {train({"--threads", "two"}), 2, "--threads is 'two', expected a whole number from 0 to 4096"},
      {train({"--device", "tpu"}), 2, "--device is 'tpu', expected \"auto\", \"cpu\" or \"cuda\""},
      {train({"--cache", "much"}), 2, "--cache is 'much', expected a size in bytes"},
      {train({"--checkpoint-every", "1m"}), 2, "--checkpoint-every is '1m', expected a number from 0 to"},
      {train({"--set", "training.epochs=0"}), 2, "[command line] training.epochs is 0; expected"},
      {{"sweep", "pets", "--recipe", "small.toml", "--lr", "1e-3..1e3"},
       2,
       "--lr is '1e-3..1e3', expected a number from 0 to 100"},
      {{"sweep", "pets", "--recipe", "small.toml", "--lr", "1e-3,1e-2", "--trials", "few"},
       2,
       "--trials is 'few', expected"},
      {{"lr-find", "pets", "--steps", "3"}, 2, "--steps is '3', expected a whole number from 20 to 1000000"},
      {{"lr-find", "pets", "--recipe", "small.toml", "--steps", "1e2"},
       2,
       "--steps is '1e2', expected a whole number from 20 to 1000000. Hint: did you mean 100?"},
      {{"story", "pets", "--epochs", "1.5"}, 2, "--epochs is '1.5', expected a whole number"},
      {{"story", "pets", "--set", "training.epochs=0"}, 2, "[command line] training.epochs is 0; expected"},
      {{"sweep", "pets", "--recipe", "small.toml", "--set", "training.batch_size=8,0"},
       2,
       "[command line] training.batch_size is 0; expected"},
      {{"bench", "small.toml", "--seconds", "-1"}, 2, "--seconds is '-1', expected a number from 0 to 3600"},
  };
  place.check_refused(refused);
  CHECK(place.run(train({"--lr", ".01", "--epochs", "1", "--out", "run"})).exit_code == 0);
  CHECK(config_of(place / "run")["optimizer"]["lr"] == 0.01);
}

TEST_CASE("what a run that goes on is told wrongly is blamed on the option") {
  const Place place;
  REQUIRE(place.run({"train", "pets", "--recipe", "small.toml", "--epochs", "1", "--out", "run"}).exit_code ==
          0);
  const test::RefusedCommand refused[] = {
      {{"train", "--resume", "run", "--epochs", "0"},
       2,
       "[command line] --epochs is '0', expected a whole number"},
      {{"train", "--resume", "run", "--patience=-1"}, 2, "[command line] --patience is '-1', expected"},
      {{"train", "--resume", "run", "--precision", "fp8"},
       2,
       "[command line] --precision is 'fp8', expected"},
  };
  place.check_refused(refused);
}

TEST_CASE("sizes of training pictures that a network cannot take are those that it can, and that is said") {
  const Place place;
  const NoWeights none(place);
  const std::string said = train(place, {"pets", "--recipe", "scratch", "--size", "32", "--epochs", "1"});
  CHECK(said.find("sizes of training pictures: ") != std::string::npos);
  CHECK(said.find("the network takes no smaller ones") != std::string::npos);
  CHECK(config_of(place / "run")["schedule"]["sizes"][0].get<int>() > 16);
  CHECK(read_text_file(place / "run/decisions.json").find("sizes of training pictures") != std::string::npos);
}

TEST_CASE("a warm-up that lasts as long as the training is said") {
  const Place place;
  const auto decided_with = [&](const std::string& run, const std::string& warm_up) {
    const auto result = place.run({"train", "pets", "--recipe", "small.toml", "--epochs", "2", "--out", run,
                                   "--set", "schedule.warmup_epochs=" + warm_up});
    CAPTURE(result.err);
    CHECK(result.exit_code == 0);
    return read_text_file(place / run / "decisions.json");
  };
  CHECK(decided_with("all", "2").find("--set schedule.warmup_epochs=0.2") != std::string::npos);
  CHECK(decided_with("half", "1").find("warm-up") == std::string::npos);
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
  CHECK(said.find("weights of squeezenet1_1 are not on this machine") != std::string::npos);
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
