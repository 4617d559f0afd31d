// The commands that train to find something out: lr-find, bench and sweep.
#include <doctest/doctest.h>

#include <algorithm>

#include "margay/core/atomic_file.h"
#include "margay/core/json.h"
#include "margay/core/number_text.h"
#include "tests/support/pets_place.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

using Place = test::PetsPlace;

}  // namespace

TEST_CASE("lr-find suggests a rate and the command to train with it and touches no run") {
  const Place place;
  const test::ProgramResult found = place.run({"lr-find", "pets", "--recipe", "small.toml", "--low", "1e-5",
                                               "--high", "10", "--set", "training.batch_size=8", "--json"});
  REQUIRE(found.exit_code == 0);
  const Json document = parse_json(found.out, "standard output");
  CHECK(document["points"].size() > 20);
  CHECK(document["configured"] == 1e-3);
  REQUIRE(document["suggestion"]["lr"].is_number());
  const double lr = document["suggestion"]["lr"];
  CHECK(lr > 2e-5);
  CHECK(lr < 5);
  CHECK(document["command"] ==
        fmt::format("margay train pets --recipe small.toml --set training.batch_size=8 --lr {}",
                    format_rate(lr)));
  CHECK(fs::exists(place / "lr-find.png"));
  CHECK(fs::exists(place / "lr-find.svg"));
  CHECK_FALSE(fs::exists(place / "runs"));

  const test::ProgramResult plain =
      place.run({"lr-find", "pets", "--recipe", "small.toml", "--steps", "20", "--out", "a.png"});
  CHECK(plain.exit_code == 0);
  CHECK(plain.out.find("curve: a.png, a.svg") != std::string::npos);
  for (const std::vector<std::string>& bad :
       std::vector<std::vector<std::string>>{{"lr-find"},
                                             {"lr-find", "pets", "--low", "1", "--high", "0.1"},
                                             {"lr-find", "pets", "--out", "a.jpg"},
                                             {"lr-find", "nowhere"}}) {
    const test::ProgramResult refused = place.run(bad);
    CHECK(refused.exit_code != 0);
    CHECK(refused.err.find("Hint:") != std::string::npos);
  }
}

TEST_CASE(
    "what a search has found is said where its picture cannot be written, and that it found nothing is an "
    "error") {
  const Place place;
  const test::ProgramResult unwritten =
      place.run({"lr-find", "pets", "--recipe", "small.toml", "--steps", "20", "--out", "/proc/rates.png"});
  CHECK(unwritten.exit_code == 6);
  CHECK(unwritten.out.find("suggestion: ") != std::string::npos);
  CHECK(unwritten.err.find("/proc/rates.png") != std::string::npos);

  const test::ProgramResult lost = place.run({"sweep", "pets", "--recipe", "small.toml", "--optimizer", "sgd",
                                              "--set", "optimizer.lr=90,100", "--set",
                                              "optimizer.weight_decay=1", "--epochs", "20", "--out", "lost"});
  CAPTURE(lost.err);
  CHECK(lost.exit_code == 5);
  CHECK(lost.out.find("No trial was trained to its end.") != std::string::npos);
  CHECK(read_text_file(place / "lost/sweep.json").find('`') == std::string::npos);
}

TEST_CASE("a hint names what the command at hand takes, and names in backquotes are left alone") {
  const Place place;
  fs::rename(place / "pets", place / "`out`");
  const test::ProgramResult story = place.run({"story", "`out`", "--set", "training.device=cuda"});
  CHECK(story.exit_code == 2);
  CHECK(story.err.find("Hint: --set training.device=cpu trains") != std::string::npos);
  const test::ProgramResult missing = place.run({"inspect", "`out`x", "--labels", "leaf"});
  CHECK(missing.err.find("`out`x") != std::string::npos);
}

TEST_CASE("bench measures drawn pictures or those of a data set and refuses what makes no sense") {
  const Place place;
  const test::ProgramResult drawn =
      place.run({"bench", "small.toml", "--batch", "4", "--seconds", "0", "--fuse", "off", "--json"});
  REQUIRE(drawn.exit_code == 0);
  const Json document = parse_json(drawn.out, "standard output");
  CHECK(document["recipe"] == "small.toml");
  CHECK(document["batch_size"] == 4);
  CHECK(document["fuse"] == false);
  CHECK(document["training"]["images_per_second"].get<double>() > 0);
  const test::ProgramResult pets =
      place.run({"bench", "--recipe", "small.toml", "--data", "pets", "--seconds", "0"});
  CHECK(pets.exit_code == 0);
  CHECK(pets.out.find("of pets") != std::string::npos);
  CHECK(pets.err.find("measuring training") != std::string::npos);
  CHECK_FALSE(fs::exists(place / "runs"));
  const test::RefusedCommand refused[] = {
      {{"bench", "artcle"}, 2, "did you mean 'article'"},
      {{"bench", "small.toml", "--batch", "0"}, 2, "--batch-size is"},
      {{"bench", "small.toml", "--seconds", "-1"}, 2, "--seconds"},
      {{"bench", "small.toml", "--precision", "fp8"}, 2, "--precision is"},
      {{"bench", "small.toml", "--data", "nowhere"}, 6, "nowhere"},
  };
  place.check_refused(refused);
}

TEST_CASE("what trains is refused with the numbers where a step cannot fit the memory") {
  const Place place;
  const std::string layers =
      R"([ { op = "conv2d", out_channels = 7, kernel = 1 }, { op = "conv2d", out_channels = 7, kernel = 1 },)"
      R"( { op = "conv2d", out_channels = 7, kernel = 1 }, { op = "conv2d", out_channels = 2, kernel = 1 },)"
      R"( { op = "global_avg_pool2d" }, { op = "linear", out_features = "classes" } ])";
  write_file_atomically(place / "huge.toml",
                        "input = { width = 16384, height = 16384 }\nnetwork.layers = " + layers +
                            "\ntraining = { batch_size = 4096, precision = \"fp32\", device = \"cpu\", "
                            "threads = 1 }\n");
  // Of pictures there are 48, and a batch that is larger is all of them; bench has as many as it asks for.
  const std::string expected = "a step of 48 pictures of 16384 x 16384 takes 1.24 TB at the least";
  const test::RefusedCommand refused[] = {
      {{"train", "pets", "--recipe", "huge.toml", "--out", "run"}, 2, expected},
      {{"lr-find", "pets", "--recipe", "huge.toml"}, 2, expected},
      {{"bench", "huge.toml"}, 2, "a step of 4,096 pictures of 16384 x 16384 takes"},
      {{"sweep", "pets", "--recipe", "huge.toml", "--lr", "1e-4..1e-2", "--out", "run"}, 2, expected},
      {{"sweep", "pets", "--recipe", "huge.toml", "--batch-size", "1024,4096", "--out", "run"}, 2, expected},
      {{"story", "pets", "--size", "16384", "--set", "network.layers=" + layers, "--set",
        "training.device=cpu", "--out", "run"},
       2,
       "a step of 32 pictures of 16384 x 16384 takes"},  // its recipes' batch
  };
  place.check_refused(refused);
  CHECK_FALSE(fs::exists(place / "run"));
}

TEST_CASE("a sweep trains each trial once and names the best") {
  const Place place;
  const std::vector<std::string> words{"sweep",    "pets",
                                       "--recipe", "small.toml",
                                       "--set",    "optimizer.lr=1e-4..1e-1",
                                       "--set",    "training.batch_size=8,16",
                                       "--trials", "3",
                                       "--epochs", "2"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), words.begin(), words.end());
    return place.run(more);
  };
  const test::ProgramResult first = with({});
  CAPTURE(first.err);
  REQUIRE(first.exit_code == 0);
  CHECK(first.err.find("optimizer.lr: 0.0001 to 0.1, logarithmic") != std::string::npos);
  CHECK(first.err.find("trial 3 (3 of 3)") != std::string::npos);
  CHECK(first.out.find("Best is trial ") != std::string::npos);
  CHECK(first.out.find("looks better than it is") != std::string::npos);
  for (const char* file : {"trials.csv", "sweep.png", "sweep.svg", "sweep.json",
                           "trial-001/model.safetensors", "trial-003/report.html"})
    CHECK_MESSAGE(fs::exists(place / "sweeps/small" / file), file);

  const fs::file_time_type trained = fs::last_write_time(place / "sweeps/small/trial-001/model.safetensors");
  const test::ProgramResult again = with({"--json"});
  REQUIRE(again.exit_code == 0);
  const Json document = parse_json(again.out, "standard output");
  CHECK(document["trials"].size() == 3);
  CHECK(document["best"].is_number());
  CHECK(fs::last_write_time(place / "sweeps/small/trial-001/model.safetensors") == trained);
  CHECK(with({"--set", "optimizer.beta1=0.5"}).err.find("holds another sweep") != std::string::npos);
  CHECK(with({"--set", "optimizer.lr=1e-3..1e-2"}).err.find("optimizer.lr is given twice") !=
        std::string::npos);
  CHECK(place.run({"sweep", "pets", "--recipe", "small.toml"}).err.find("nothing to search") !=
        std::string::npos);
  CHECK(place.run({"sweep", "pets", "--set", "optimizer.lr=1e-2..1e-4"}).exit_code == 2);

  // More trials are ranked with those that there are: on other pictures they could not be.
  fs::remove(place / "pets/validation/cats/0.png");
  std::vector<std::string> four = words;
  std::ranges::replace(four, "3", "4");
  const test::ProgramResult changed = place.run(four);
  CHECK(changed.exit_code == 3);
  CHECK(changed.err.find("the pictures are not those of sweeps/small/trial-001: 1 missing") !=
        std::string::npos);
  // And what is said of trials that are all done is said of those pictures.
  const test::ProgramResult done = with({});
  CHECK(done.exit_code == 3);
  CHECK(done.err.find("the pictures are not those of sweeps/small/trial-001: 1 missing") !=
        std::string::npos);
}
