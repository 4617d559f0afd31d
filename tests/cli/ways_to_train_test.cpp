// What margay train begins with, which recipe it takes, and how long it trains.
#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "margay/core/atomic_file.h"
#include "margay/core/json.h"
#include "margay/recipe/recipe.h"
#include "margay/run/history.h"
#include "tests/support/pets_place.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

using Place = test::PetsPlace;

}  // namespace

TEST_CASE("a training begins with pretrained weights and prepares pictures as they ask for") {
  const Place place;
  const auto train = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "train");
    const auto result = place.run(words);
    CAPTURE(result.err);
    CHECK(result.exit_code == 0);
    return result;
  };
  train({"pets", "--recipe", "small.toml", "--set", "input.mean=[0.5,0.4,0.3]", "--out", "first"});
  test::write_tiny_dataset(place / "three", {"cats", "dogs", "mice"}, 8, 4);
  const std::vector<std::string> on_three{"three",  "--recipe", "small.toml", "--weights", "first",
                                          "--seed", "9",        "--out",      "second",    "--json"};
  const std::string start = train(on_three).out;
  const Json event = parse_json(start.substr(0, start.find('\n')), "start");
  CHECK(event["config"]["input"]["mean"] == Json::array({0.5, 0.4, 0.3}));
  CHECK(event["weights"]["taken"] == 2);
  CHECK(event["weights"]["fresh"] == Json::array({"linear1.weight", "linear1.bias"}));
  CHECK(fs::path(event["weights"]["name"].get<std::string>()) ==
        fs::absolute(place / "first/model.safetensors"));

  // The same classes again: without a step the network is the one that was given.
  const test::ProgramResult same =
      train({"pets", "--recipe", "small.toml", "--weights", "first/model.safetensors", "--set",
             "optimizer.lr=0", "--epochs", "1", "--out", "third"});
  CHECK(same.err.find("first/model.safetensors: 4 parameters and buffers\n") != std::string::npos);
  const auto answers = [&](const std::string& run) {
    return parse_json(place.run({"evaluate", run, "pets", "--json"}).out, "answers").at("loss");
  };
  CHECK(answers("third") == answers("first"));

  // Every command that trains says what it begins with.
  for (std::vector<std::string> words :
       {std::vector<std::string>{"train", "--epochs", "1", "--out", "fourth"},
        std::vector<std::string>{"lr-find", "--steps", "20"},
        std::vector<std::string>{"sweep", "--lr", "1e-4..1e-3", "--trials", "1", "--epochs", "1"}}) {
    words.insert(words.end(), {"three", "--recipe", "small.toml", "--weights", "first"});
    const test::ProgramResult told = place.run(words);
    CAPTURE(told.err);
    CHECK(told.exit_code == 0);
    CHECK(told.err.find("linear1.weight and linear1.bias start anew, because the weights are for other "
                        "classes (cats, dogs)\n") != std::string::npos);
  }

  fs::remove_all(place / "first");
  train({"--resume", "second", "--epochs", "4"});
  const test::ProgramResult other =
      place.run({"train", "pets", "--recipe", "article", "--weights", "second", "--epochs", "1"});
  CHECK(other.exit_code == 5);
  CHECK(other.err.find("conv1.weight is 8 x 3 x 3 x 3, expected 16 x 3 x 3 x 3") != std::string::npos);
  CHECK(other.err.find("Hint: these weights belong to another network") != std::string::npos);
}

TEST_CASE("a head is fitted by a command whose events say how far it is") {
  const Place place;
  CHECK(place.run({"train", "pets", "--recipe", "small.toml", "--out", "first"}).exit_code == 0);
  // Steps are computed in bfloat16 where the processor is good at it, and a head never.
  std::string config = read_text_file(place / "first/config.toml");
  if (const size_t fp32 = config.find("precision = \"fp32\""); fp32 != config.npos)
    config.replace(config.find("fp32", fp32), 4, "bf16");
  REQUIRE(config.find("precision = \"bf16\"") != config.npos);
  write_file_atomically(place / "first/config.toml", std::string_view(config));
  const std::vector<std::string> words{
      "train", "pets", "--recipe", "first/config.toml", "--set", "training.method=head", "--weights", "first",
      "--out", "head", "--json"};
  const test::ProgramResult result = place.run(words);
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  std::istringstream lines(result.out);
  std::vector<std::string> events;
  for (std::string line; std::getline(lines, line);) {
    const Json event = parse_json(line, "event");
    events.push_back(event.at("event"));
    if (event.at("event") == "epoch") CHECK(event.at("val_accuracy").get<double>() > 0.9);
  }
  CHECK(events.front() == "start");
  CHECK(events.back() == "end");
  CHECK(std::count(events.begin(), events.end(), "progress") >= 2);
  CHECK(place.run({"evaluate", "head", "pets"}).exit_code == 0);
  CHECK(place.run({"compare", "first", "head"}).exit_code == 0);
  const test::ProgramResult again = place.run({"train", "--resume", "head"});
  CHECK(again.exit_code == 2);
  CHECK(again.err.find("Hint: train again") != std::string::npos);
}

TEST_CASE("a training without a recipe says which it takes and why") {
  const Place place;
  const test::ProgramResult result =
      place.run({"train", "pets", "--epochs", "1", "--set", "input.width=48", "--set", "input.height=48",
                 "--set", "schedule.sizes=[]", "--out", "run"});
  CAPTURE(result.err);
  CHECK(result.exit_code == 0);
  CHECK(result.err.find("because ") != std::string::npos);
  CHECK(result.err.find("otherwise: --recipe transfer") != std::string::npos);
}

TEST_CASE("a budget of time decides the epochs and a resumed training goes on with the rest") {
  const Place place;
  const auto train = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "train");
    arguments.push_back("--json");
    const test::ProgramResult result = place.run(arguments);
    REQUIRE(result.exit_code == 0);
    return result.out;
  };
  const auto epochs_of_config = [&] {
    const Json config = recipe::parse_toml(read_text_file(place / "run/config.toml"), "config.toml");
    return config["training"]["epochs"].get<int>();
  };
  const std::string events = train(
      {"pets", "--recipe", "small.toml", "--set", "schedule.name=cosine", "--budget", "3s", "--out", "run"});
  CHECK(events.find(R"("event":"plan")") != std::string::npos);
  const run::History history = run::read_history(place / "run/history.jsonl");
  CHECK(epochs_of_config() == history.back().epoch);
  CHECK(history.back().learning_rate < 0.1 * history.front().learning_rate);

  train({"--resume", "run", "--budget", "6s"});
  const run::History longer = run::read_history(place / "run/history.jsonl");
  CHECK(longer.size() > history.size());
  CHECK(epochs_of_config() == longer.back().epoch);

  const auto epochs = static_cast<int>(longer.size()) + 2;
  train({"--resume", "run", "--epochs", std::to_string(epochs)});
  CHECK(run::read_history(place / "run/history.jsonl").back().epoch == epochs);
}

TEST_CASE("a run with a budget goes on to more epochs and not to those that it has") {
  const Place place;
  const auto train = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "train");
    const test::ProgramResult result = place.run(words);
    CAPTURE(result.err);
    REQUIRE(result.exit_code == 0);
    return result.err;
  };
  const auto done = [&](const char* run) {
    return static_cast<int>(run::read_history(place / run / "history.jsonl").size());
  };
  train({"pets", "--recipe", "small.toml", "--budget", "3s", "--out", "run"});
  const int before = done("run");
  const std::string config = read_text_file(place / "run/config.toml");
  CHECK(train({"--resume", "run"}).find("nothing is left to train: a budget of 3 s") != std::string::npos);
  CHECK(read_text_file(place / "run/config.toml") == config);
  const test::RefusedCommand kRefused[]{
      {{"train", "--resume", "run", "--epochs", std::to_string(before)}, 2, "nothing is left to train"},
      {{"train", "--resume", "run", "--budget", "1s"}, 2, "leaves no time for another epoch"}};
  place.check_refused(kRefused);
  if (before > 1)
    CHECK(place.run({"train", "--resume", "run", "--epochs", std::to_string(before - 1)}).exit_code == 2);
  CHECK(read_text_file(place / "run/config.toml") == config);
  // A run that repeats it has its recorded length, too.
  train({"run/manifest.csv", "--recipe", "run/config.toml", "--out", "again"});
  for (const char* run : {"run", "again"}) {
    train({"--resume", run, "--epochs", std::to_string(before + 3)});
    CHECK(done(run) == before + 3);
  }
}

TEST_CASE("a run that is done goes on with a budget and then to more epochs") {
  const Place place;
  const auto epochs = [&] { return run::read_history(place / "run/history.jsonl").back().epoch; };
  REQUIRE(place.run({"train", "pets", "--recipe", "small.toml", "--out", "run"}).exit_code == 0);
  const test::ProgramResult done = place.run({"train", "--resume", "run"});
  CHECK(done.err.find("nothing is left to train: its 3 epochs are done; --epochs 4 goes on") !=
        std::string::npos);
  CHECK(done.err.find("going on with") == std::string::npos);
  CHECK(place.run({"train", "--resume", "run", "--epochs", "3"}).exit_code == 0);
  const std::string finished = read_text_file(place / "run/config.toml");
  CHECK(place.run({"train", "--resume", "run", "--patience", "1", "--precision", "fp32"}).exit_code == 0);
  CHECK(read_text_file(place / "run/config.toml") == finished);
  const std::string config = read_text_file(place / "run/config.toml");
  CHECK(place.run({"train", "--resume", "run", "--budget", "0.1s"}).exit_code == 2);
  CHECK(read_text_file(place / "run/config.toml") == config);
  CHECK(place.run({"train", "--resume", "run", "--budget", "8s"}).exit_code == 0);
  const int longer = epochs();
  CHECK(longer > 3);
  CHECK(place.run({"train", "--resume", "run", "--epochs", std::to_string(longer + 1)}).exit_code == 0);
  CHECK(epochs() == longer + 1);
}

TEST_CASE("a budget trains small pictures at the sizes that the network takes") {
  const Place place;
  const test::ProgramResult result =
      place.run({"train", "pets", "--recipe", "scratch", "--size", "64", "--budget", "5s", "--out", "run"});
  CAPTURE(result.err);
  CHECK(result.exit_code == 0);
  CHECK(read_text_file(place / "run/decisions.json").find("size of pictures") != std::string::npos);
}

TEST_CASE("a budget that is too short is said to be, and leaves a model all the same") {
  const Place place;
  const test::ProgramResult result =
      place.run({"train", "pets", "--recipe", "small.toml", "--budget", "0.01s", "--out", "run"});
  CAPTURE(result.err);
  CHECK(result.exit_code == 0);
  CHECK(result.err.find("less than 1 epoch of pictures") != std::string::npos);
  CHECK(result.err.find("warning: 0.01 s may be too short for 48 pictures") != std::string::npos);
  CHECK(fs::exists(place / "run/model.safetensors"));
  // Batches of 10 make five steps an epoch; the last one is cut short, and says so.
  const size_t line = result.err.rfind("\nepoch ");
  REQUIRE(line != std::string::npos);
  CHECK(result.err.find(" 4/4 ", line) != std::string::npos);
}

TEST_CASE("what is advised after a training names the data as they were given") {
  const Place place;
  const test::ProgramResult trained = place.run(
      {"train", "pets", "--recipe", "small.toml", "--follow-links", "--epochs", "1", "--out", "run"});
  CAPTURE(trained.err);
  CHECK(trained.exit_code == 0);
  CHECK(trained.err.find("margay train pets --follow-links --recipe transfer\n") != std::string::npos);
}

TEST_CASE("a schedule that would watch the validation loss says so where there is none") {
  const Place place;
  const test::ProgramResult trained =
      place.run({"train", "pets/train", "--recipe", "small.toml", "--validation", "0", "--lr-schedule",
                 "plateau", "--epochs", "1", "--out", "run"});
  CAPTURE(trained.err);
  CHECK(trained.exit_code == 0);
  CHECK(trained.err.find("the schedule plateau watches the training loss") != std::string::npos);
}
