// How a training starts: signals while its libraries load, limits of the process, and weights that do not
// load.
#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/json.h"
#include "tests/support/pets_place.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

using Place = test::PetsPlace;
using Words = std::vector<std::string>;

const Words kTrain{"train", "pets", "--recipe", "small.toml"};

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

fs::path training_program() {
  return fs::path(MARGAY_PROGRAM).parent_path() / "margay-train";
}

/// With limits of the shell's, such as "ulimit -v 700000".
test::ProgramResult limited(const Place& place, const std::string& limits, const Words& words) {
  return test::Program(place / ".",
                       with({"/bin/bash", "-c", limits + "; exec \"$@\"", "margay", MARGAY_PROGRAM}, words))
      .wait();
}

Json last_event(const std::string& out) {
  const std::string lines = out.substr(0, out.size() - 1);
  return parse_json(lines.substr(lines.rfind('\n') + 1), "last event");
}

}  // namespace

TEST_CASE("the training program ignores SIGHUP where margay was told to, whatever its libraries do") {
  const Place place;
  test::Program program(place / ".",
                        with({"/usr/bin/env", "MARGAY_IGNORES_SIGHUP=1", training_program().string()},
                             with(kTrain, {"--out", "run"})));
  REQUIRE(program.wait_for_error_text("training '"));
  program.send(SIGHUP);
  const test::ProgramResult result = program.wait();
  CAPTURE(result.err);
  CHECK(result.exit_code == 0);
}

TEST_CASE("an order to stop that comes while the training program loads is followed") {
  const Place place;
  for (const int signal : {SIGINT, SIGTERM}) {
    CAPTURE(signal);
    test::Program program = place.start(with(kTrain, {"--json", "--out", "run", "--epochs", "1000000"}));
    REQUIRE(program.wait_to_become("margay-train"));
    program.send(signal);
    const test::ProgramResult result = program.wait();
    CAPTURE(result.err);
    REQUIRE(result.exit_code == 130);
    CHECK(last_event(result.out)["event"] == "stopped");
  }
}

TEST_CASE("a benchmark, and what measures to plan a budget, end with the order to stop, and say so") {
  const Place place;
  const std::vector<Words> commands{
      {"bench", "small.toml", "--threads", "1", "--seconds", "3600"},
      {"train", "pets", "--recipe", "small.toml", "--budget", "100h", "--out", "run"}};
  for (const Words& words : commands)
    for (const int signal : {SIGTERM, SIGHUP}) {
      CAPTURE(words[0]);
      CAPTURE(signal);
      test::Program program = place.start(words);
      REQUIRE(program.wait_for_error_text("measuring"));
      program.send(signal);
      const test::ProgramResult result = program.wait();
      CHECK(result.exit_code == 130);
      CHECK(result.err.find("stopped while") != std::string::npos);
    }
}

TEST_CASE("memory and threads that libraries need are missed before they are loaded") {
  const Place place;
  for (const Words& words : {kTrain, Words{"train", "--help"}, Words{"bench", "small.toml"}}) {
    const test::ProgramResult result = limited(place, "ulimit -v 700000", words);
    CAPTURE(result.err);
    CHECK(result.exit_code == 6);
    CHECK(result.err.find("this process may have 717 MB of addresses") != std::string::npos);
    CHECK(result.err.find("ulimit -v unlimited") != std::string::npos);
  }
  CHECK_FALSE(fs::exists(place / "runs"));
}

TEST_CASE("threads that libtorch would not get are counted and the training does not hang") {
  const Place place;
  const test::ProgramResult result = limited(place, "ulimit -v 2000000", with(kTrain, {"--threads", "60"}));
  CAPTURE(result.err);
  CHECK_FALSE(result.err.find("libgomp") != std::string::npos);
  if (result.exit_code == 0) return;
  CHECK(result.exit_code == 6);
  CHECK(result.err.find("threads could be made") != std::string::npos);
  CHECK_FALSE(fs::exists(place / "runs"));
}

TEST_CASE("weights that do not load leave no folder and those that are there stay") {
  const Place place;
  REQUIRE(place.run(with(kTrain, {"--out", "base", "--epochs", "1"})).exit_code == 0);
  const std::string whole = read_text_file(place / "base/model.safetensors");
  write_file_atomically(place / "cut.safetensors", std::string_view(whole).substr(0, whole.size() / 2));
  write_file_atomically(place / "cut.pth", std::string_view("PK\3\4 and no more"));
  write_file_atomically(place / "table.csv", std::string_view("path,label\n"));
  fs::copy_file(place / "pets/train/cats/0.png", place / "photo.jpg");
  fs::create_directory(place / "mine");
  const Words kNone{"photo.jpg", "small.toml", "table.csv", "cut.pth", "cut.safetensors"};
  const std::string method = "training.method=finetune";
  for (const std::string& weights : kNone) {
    for (const Words& how : {Words{}, Words{"--set", method}, Words{"--set", "training.method=head"}}) {
      CAPTURE(weights);
      const Words words = with(with(kTrain, {"--weights", weights}), how);
      const test::ProgramResult result = place.run(words);
      CAPTURE(result.err);
      CHECK(result.exit_code > 1);
      CHECK_FALSE(fs::exists(place / "runs"));
      CHECK(place.run(with(words, {"--out", "mine"})).exit_code > 1);
      CHECK(fs::is_empty(place / "mine"));
    }
  }
  // A network of other shapes, and the same for pictures of another size.
  const std::string wide =
      R"(network.layers=[{op="conv2d",out_channels=9,kernel=3},{op="flatten"},{op="linear",out_features="classes"}])";
  for (const Words& other : {Words{"--set", wide}, Words{"--size", "20"}}) {
    const test::ProgramResult result =
        place.run(with(with(kTrain, {"--weights", "base", "--out", "other"}), other));
    CAPTURE(result.err);
    if (result.exit_code != 0) CHECK_FALSE(fs::exists(place / "other"));
    fs::remove_all(place / "other");
  }
  CHECK(read_text_file(place / "base/model.safetensors") == whole);
}
