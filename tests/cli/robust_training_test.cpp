// Trainings that meet each other, signals, and machines that lack something.
#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <set>
#include <sstream>

#include "margay/core/atomic_file.h"
#include "margay/core/json.h"
#include "margay/model/model.h"
#include "margay/run/history.h"
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

/// Starts a command by another program, such as `env`, in the folder of the place.
test::ProgramResult run_by(const Place& place, Words words) {
  return test::Program(place / ".", words).wait();
}

/// A folder of its own for standard output and error, so that programs can run side by side.
test::Program start_beside(const Place& place, const std::string& name, const Words& words) {
  make_folder(place / name);
  Words line{"/usr/bin/env", "-C", (place / ".").string(), MARGAY_PROGRAM};
  return test::Program(place / name, with(line, words));
}

Json last_event(const std::string& out) {
  const std::string lines = out.substr(0, out.size() - 1);
  return parse_json(lines.substr(lines.rfind('\n') + 1), "last event");
}

}  // namespace

TEST_CASE("a run directory has one writer at a time and it says who that is") {
  const Place place;
  test::Program first = place.start(with(kTrain, {"--out", "run", "--epochs", "1000000"}));
  while (!fs::exists(place / "run/checkpoint.safetensors") && !fs::exists(place / "run/history.jsonl"))
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  for (const Words& words : {with(kTrain, {"--out", "run"}), Words{"train", "--resume", "run"}}) {
    const test::ProgramResult second = start_beside(place, "second", words).wait();
    CAPTURE(second.err);
    CHECK(second.exit_code == 2);
    CHECK(second.err.find("run is in use by process ") != std::string::npos);
    CHECK(second.err.find(", since 20") != std::string::npos);
  }
  first.send(SIGTERM);
  CHECK(first.wait().exit_code == 130);
  CHECK_FALSE(fs::exists(place / "run/.lock"));
  const test::ProgramResult after =
      place.run({"train", "--resume", "run", "--epochs",
                 std::to_string(run::read_history(place / "run/history.jsonl").size() + 2)});
  CAPTURE(after.err);
  CHECK(after.exit_code == 0);
}

TEST_CASE("a sweep has one writer at a time, and its folder is none of a story's") {
  const Place place;
  const Words kSweep{"sweep",    "pets",    "--recipe", "small.toml", "--set", "optimizer.lr=1e-3,1e-2",
                     "--epochs", "1000000", "--out",    "both"};
  test::Program first = start_beside(place, "first", kSweep);
  while (!fs::exists(place / "both/sweep.json")) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  const std::pair<Words, const char*> kOthers[] = {
      {kSweep, "both is in use by process "},
      {{"story", "pets", "--out", "both"}, "both holds something else already, such as "}};
  for (const auto& [words, reason] : kOthers) {
    const test::ProgramResult second = place.run(words);
    CAPTURE(second.err);
    CHECK(second.exit_code == 2);
    CHECK(second.err.find(reason) != std::string::npos);
  }
  first.send(SIGTERM);
  CHECK(first.wait().exit_code == 130);
  CHECK_FALSE(fs::exists(place / "both/.lock"));
}

TEST_CASE("trainings without a name that begin at once get folders of their own") {
  const Place place;
  std::vector<test::Program> programs;
  for (const char* name : {"a", "b", "c"})
    programs.push_back(start_beside(place, name, with(kTrain, {"--epochs", "1"})));
  std::set<std::string> runs;
  for (test::Program& program : programs) {
    const test::ProgramResult result = program.wait();
    CAPTURE(result.err);
    CHECK(result.exit_code == 0);
    runs.insert(result.out.substr(result.out.rfind('\n', result.out.size() - 2) + 1));  // its last line
  }
  CHECK(runs == std::set<std::string>{"runs/small\n", "runs/small-2\n", "runs/small-3\n"});
}

TEST_CASE("a terminal that goes and a time that is over stop a training as SIGTERM does") {
  for (const int signal : {SIGHUP, SIGXCPU}) {
    CAPTURE(signal);
    const Place place;
    test::Program program = place.start(with(kTrain, {"--out", "run", "--epochs", "1000000"}));
    REQUIRE(program.wait_for_error_text("epoch "));
    // Shells and the kernel may both send one.
    program.send(signal);
    program.send(signal);
    const test::ProgramResult result = program.wait();
    CAPTURE(result.err);
    CHECK(result.exit_code == 130);
    CHECK(result.err.find("everything learned is kept") != std::string::npos);
    CHECK_NOTHROW(model::load_model(place / "run/model.safetensors"));
    CHECK(fs::exists(place / "run/checkpoint.safetensors"));
  }
}

TEST_CASE("a training under nohup outlives its terminal") {
  const Place place;
  test::Program program(place / ".",
                        with({"/usr/bin/nohup", MARGAY_PROGRAM}, with(kTrain, {"--out", "run"})));
  REQUIRE(program.wait_for_error_text("training '"));
  program.send(SIGHUP);
  CHECK(program.wait().exit_code == 0);
}

TEST_CASE("without a home folder what needs no cache works") {
  const Place place;
  REQUIRE(test::Program(place / ".", {"/usr/bin/tar", "-czf", "pets.tar.gz", "pets"}).wait().exit_code == 0);
  const Words homeless{"/usr/bin/env",   "-u", "HOME",          "-u",          "MARGAY_CACHE", "-u",
                       "XDG_CACHE_HOME", "-u", "MARGAY_MIRROR", MARGAY_PROGRAM};
  for (const Words& words : {with(kTrain, {"--out", "run"}),
                             Words{"train", "pets", "--epochs", "1", "--out", "chosen", "--size", "48"},
                             Words{"train", "pets.tar.gz", "--recipe", "small.toml", "--out", "packed"},
                             Words{"inspect", "pets.tar.gz"}, Words{"evaluate", "run", "pets"}}) {
    const test::ProgramResult result = run_by(place, with(homeless, words));
    CAPTURE(words[1]);
    CAPTURE(result.err);
    CHECK(result.exit_code == 0);
  }
  const test::ProgramResult refused =
      run_by(place, with(homeless, with(kTrain, {"--cache", "1kb", "--out", "more"})));
  CHECK(refused.exit_code == 6);
  CHECK(refused.err.find("set MARGAY_CACHE") != std::string::npos);
  CHECK_FALSE(fs::exists(place / "more"));
}

TEST_CASE("a training that fails before its first step leaves no folder") {
  const Place place;
  const Words kFailing[]{
      with(kTrain, {"--set", "schedule.sizes=[8]"}),                                        // one size only
      {"train", "pets", "--recipe", "article", "--network", "vit_b_16", "--threads", "1"},  // 150 pixels
      with(kTrain, {"--validation", "0", "--weights", "nowhere.pth"}),
      with(kTrain, {"--keep", "best", "--validation", "0"})};
  fs::remove_all(place / "pets/validation");
  for (const Words& words : kFailing) {
    CAPTURE(words.back());
    CHECK(place.run(words).exit_code != 0);
    CHECK_FALSE(fs::exists(place / "runs"));
    CHECK(place.run(with(words, {"--out", "a/b"})).exit_code != 0);
    CHECK_FALSE(fs::exists(place / "a"));
  }
  const test::ProgramResult sweep =
      place.run({"sweep", "pets", "--recipe", "small.toml", "--set", "optimizer.lr=1e-3,1e-2", "--set",
                 "schedule.sizes=[8]", "--out", "s/weep"});
  CAPTURE(sweep.err);
  CHECK(sweep.exit_code != 0);
  CHECK_FALSE(fs::exists(place / "s"));
  CHECK(place
            .run({"story", "pets", "--set", "schedule.sizes=[8]", "--set", "input.width=16", "--set",
                  "input.height=16", "--out", "st/ory"})
            .exit_code != 0);
  CHECK_FALSE(fs::exists(place / "st"));
}

TEST_CASE("every stream of events has a last one that says how it ended") {
  const Place place;
  const Words kFailing[]{{"train", "nowhere", "--json"},
                         {"train", "pets", "--json", "--no-such-option"},
                         {"train", "--json"},
                         with(kTrain, {"--json", "--epochs", "many"}),
                         with(kTrain, {"--json", "--set", "optimizer.momentum=0.5"}),
                         {"sweep", "pets", "--recipe", "small.toml", "--json"},
                         {"sweep", "pets", "--json", "--recipe", "none", "--set", "optimizer.lr=1e-3,1e-2"},
                         {"lr-find", "nowhere", "--json"},
                         {"bench", "none", "--json"}};
  for (const Words& words : kFailing) {
    CAPTURE(words[0]);
    CAPTURE(words.back());
    const test::ProgramResult result = place.run(words);
    CAPTURE(result.err);
    CHECK(result.exit_code != 0);
    const Json last = last_event(result.out);
    CHECK(last["event"] == "error");
    CHECK(last["exit_code"] == result.exit_code);
    CHECK(result.err.find(last["message"].get<std::string>()) != std::string::npos);
  }
  // Without --json there is no stream.
  CHECK(place.run({"train", "nowhere"}).out.empty());
}

TEST_CASE("a stream of events ends with the error when memory does") {
  const Place place;
  const std::string layers =
      R"(network.layers=[{op="flatten"},{op="linear",out_features=400000},{op="linear",out_features="classes"}])";
  const test::ProgramResult result =
      test::Program(place / ".",
                    {"/bin/bash", "-c", "ulimit -v 4000000; exec \"$@\"", "margay", MARGAY_PROGRAM, "train",
                     "pets", "--recipe", "small.toml", "--json", "--set", layers})
          .wait();
  CAPTURE(result.err);
  CHECK(result.exit_code == 7);
  const Json last = last_event(result.out);
  CHECK(last["event"] == "error");
  CHECK(last["exit_code"] == 7);
  CHECK_FALSE(fs::exists(place / "runs"));
}

TEST_CASE("a training that is stopped before its first step says stopped") {
  const Place place;
  for (const Words& words :
       {with(kTrain, {"--json"}), Words{"sweep", "pets", "--recipe", "small.toml", "--json", "--set",
                                        "optimizer.lr=1e-3,1e-2", "--epochs", "1000000"}}) {
    test::Program program = place.start(words);
    REQUIRE(program.wait_for_handler(SIGTERM));
    program.send(SIGTERM);
    const test::ProgramResult result = program.wait();
    CAPTURE(result.err);
    CHECK(result.exit_code == 130);
    CHECK(last_event(result.out)["event"] == "stopped");
  }
}

TEST_CASE("a network that ends in an activation is refused wherever it comes from") {
  const Place place;
  std::string recipe = test::kSmallRecipe;
  const std::string last = R"({ op = "linear", out_features = "classes" },)";
  recipe.replace(recipe.find(last), last.size(), last + R"( { op = "sigmoid" }, { op = "dropout" },)");
  write_file_atomically(place / "cut.toml", std::string_view(recipe));
  const std::string layers =
      R"(network.layers=[{op="flatten"},{op="linear",out_features="classes"},{op="relu"}])";
  const test::RefusedCommand kRefused[]{
      {{"train", "pets", "--recipe", "cut.toml"}, 5, "ends with the activation sigmoid"},
      {with(kTrain, {"--set", layers}), 5, "ends with the activation relu"},
      {{"sweep", "pets", "--recipe", "cut.toml", "--set", "optimizer.lr=1e-3,1e-2"}, 5, "activation sigmoid"},
      {{"lr-find", "pets", "--recipe", "cut.toml"}, 5, "activation sigmoid"},
      {{"bench", "cut.toml", "--data", "pets", "--seconds", "0"}, 5, "activation sigmoid"},
      {{"story", "pets", "--set", layers, "--set", "input.width=16", "--set", "input.height=16"},
       5,
       "activation relu"},
      {{"summary", "cut.toml"}, 5, "activation sigmoid"}};
  place.check_refused(kRefused);
  for (const char* made : {"runs", "sweeps", "story"}) CHECK_FALSE(fs::exists(place / made));
}

TEST_CASE("so many threads that a training would not end are refused with how many may be") {
  const Place place;
  const test::RefusedCommand kRefused[]{
      {with(kTrain, {"--threads", "4096"}), 2, "training.threads is 4096"},
      {with(kTrain, {"--set", "training.threads=4096"}), 2, "expected "},
      {{"lr-find", "pets", "--recipe", "small.toml", "--threads", "4096"}, 2, "--threads 0 takes as many"},
      {{"bench", "small.toml", "--threads", "4096"}, 2, "training.threads is 4096"},
      {{"sweep", "pets", "--recipe", "small.toml", "--threads", "4096", "--set", "optimizer.lr=1e-3,1e-2"},
       2,
       "training.threads is 4096"}};
  place.check_refused(kRefused);
}

TEST_CASE("the best epoch is not chosen without pictures to choose by") {
  const Place place;
  fs::remove_all(place / "pets/validation");
  const test::RefusedCommand kRefused[]{
      {with(kTrain, {"--validation", "0", "--keep", "best"}), 2, "training.keep = \"best\""},
      {with(kTrain, {"--validation", "0", "--set", "training.keep=best"}), 2,
       "hold some back with --validation"},
      {{"sweep", "pets", "--recipe", "small.toml", "--validation", "0", "--keep", "best", "--set",
        "optimizer.lr=1e-3,1e-2"},
       2,
       "no validation pictures"}};
  place.check_refused(kRefused);
}

TEST_CASE("a head that was trained for other classes starts anew and that is said") {
  const Place place;
  test::write_tiny_dataset(place / "others", {"ants", "bees"});
  REQUIRE(place.run(with(kTrain, {"--out", "base"})).exit_code == 0);
  const Words other{"train", "others", "--recipe", "small.toml", "--weights", "base", "--epochs", "1"};
  const test::ProgramResult said = place.run(with(other, {"--out", "a"}));
  CAPTURE(said.err);
  CHECK(said.err.find("start anew, because the weights are for other classes (cats, dogs)") !=
        std::string::npos);
  const std::string out = place.run(with(other, {"--out", "b", "--json"})).out;
  const Json start = parse_json(out.substr(0, out.find('\n')), "start");
  CHECK(start["weights"]["fresh"] == Json::array({"linear1.weight", "linear1.bias"}));
  CHECK(start["weights"]["about_head"] == "the weights are for other classes (cats, dogs)");
  const test::ProgramResult same =
      place.run(with(kTrain, {"--weights", "base", "--out", "c", "--epochs", "1"}));
  CHECK(same.err.find("anew") == std::string::npos);
}

TEST_CASE("a budget takes few pictures in smaller steps and says so") {
  const Place place;
  for (const auto& [each, step] : {std::pair(25, "50 pictures are few for steps of 128: each step takes 12"),
                                   std::pair(6, "12 pictures are few for steps of 128: each step takes 3"),
                                   std::pair(1, "2 pictures are few for steps of 128: each step takes 2")}) {
    CAPTURE(each);
    test::write_tiny_dataset(place / "few", {"cats", "dogs"}, each, 4);
    const test::ProgramResult result =
        place.run({"train", "few", "--recipe", "small.toml", "--set", "training.batch_size=128", "--budget",
                   "4s", "--out", fmt::format("run-{}", each), "--json"});
    CAPTURE(result.err);
    CHECK(result.exit_code == 0);
    CHECK(result.out.find(step) != std::string::npos);
    const std::string run = fmt::format("run-{}", each);
    CHECK(read_text_file(place / run / "decisions.json").find("\"batch size\"") != std::string::npos);
    fs::remove_all(place / "few");
  }
}

TEST_CASE("a run goes on to more epochs and not to fewer than it has") {
  const Place place;
  REQUIRE(place.run(with(kTrain, {"--out", "run"})).exit_code == 0);
  const std::string before = read_text_file(place / "run/config.toml");
  const test::RefusedCommand kRefused[]{
      {{"train", "--resume", "run", "--epochs", "2"}, 2, "2 epochs are fewer than the run has done: 3"}};
  place.check_refused(kRefused);
  CHECK(read_text_file(place / "run/config.toml") == before);
  CHECK(place.run({"train", "--resume", "run", "--epochs", "4"}).exit_code == 0);
}
