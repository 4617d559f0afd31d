// The commands that train, and those that follow a training, run as programs.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "margay/core/atomic_file.h"
#include "margay/core/json.h"
#include "margay/recipe/recipe.h"
#include "margay/run/history.h"
#include "tests/data/archived_folder.h"
#include "tests/support/pets_place.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

using Place = test::PetsPlace;

/// Everything in the history that no clock decides.
std::string losses(const fs::path& run) {
  std::string text;
  for (const run::EpochRecord& r : run::read_history(run / "history.jsonl"))
    text += fmt::format("{} {} {} {} {}\n", r.epoch, r.loss, r.accuracy, r.val_loss, r.val_accuracy);
  return text;
}

}  // namespace

TEST_CASE("help lists every command and each command explains itself") {
  const Place place;
  const test::ProgramResult help = place.run({"--help"});
  CHECK(help.exit_code == 0);
  for (const std::string command :
       {"story", "inspect", "show", "train", "lr-find", "sweep", "watch", "compare", "evaluate", "predict",
        "summary", "bench", "recipe", "dataset"}) {
    CAPTURE(command);
    CHECK(help.out.find("\n  " + command) != std::string::npos);
    const test::ProgramResult own = place.run({command, "--help"});
    CHECK(own.exit_code == 0);
    CHECK(own.out.find("--help") != std::string::npos);
  }
  CHECK(place.run({"--version"}).out.starts_with("margay "));
}

TEST_CASE("what makes no sense gets one clear line and an exit status") {
  const Place place;
  const test::RefusedCommand commands[] = {
      {{"train"}, 2, "nothing to train on"},
      {{"train", "pest"}, 6, "pest"},
      {{"train", "small.toml"}, 3, "small.toml"},
      {{"train", "pets", "--recipe", "artcle"}, 2, "did you mean 'article'"},
      {{"train", "pets", "--recipe", "none.toml"}, 6, "none.toml"},
      {{"train", "pets", "--recipe", "small.toml", "--set", "optimizer.learning=1"}, 2, "optimizer.learning"},
      {{"train", "pets", "--recipe", "small.toml", "--set", "optimizer.lr"}, 2, "table.key=value"},
      {{"train", "pets", "--recipe", "small.toml", "--epochs", "0"}, 2, "training.epochs"},
      {{"train", "pets", "--recipe", "small.toml", "--epochs", "many"}, 2, "--epochs"},
      {{"train", "pets", "--recipe", "small.toml", "--augment", "filp"}, 2, "filp"},
      {{"train", "pets", "--recipe", "small.toml", "--device", "tpu"}, 2, "training.device"},
      {{"train", "pets", "--network", "mobilenetv2"}, 2, "did you mean 'mobilenet_v2'? Known are"},
      {{"train", "pets", "--weights", "none.pth"}, 6, "there is no file none.pth"},
      {{"train", "pets", "--weights", "imagenet"}, 2, "such as --network mobilenet_v2"},
      {{"train", "pets", "--weights", "pets"}, 2, "it holds no model.safetensors"},
      {{"train", "pets", "--recipe", "small.toml", "--set", "training.method=head"},
       2,
       "no weights are named"},
      {{"train", "pets", "--recipe", "transfer", "--epochs", "3"}, 2, "has no epochs"},
      {{"train", "pets", "--recipe", "small.toml", "--budget", "soon"}, 2, "'soon' is no duration"},
      {{"train", "pets", "--recipe", "small.toml", "--budget", "0m"}, 2, "no time at all"},
      {{"train", "pets", "--recipe", "small.toml", "--budget", "1m", "--epochs", "2"},
       2,
       "both say how long"},
      {{"sweep", "pets", "--recipe", "small.toml", "--set", "budget.seconds=60", "--set",
        "optimizer.lr=1e-4..1e-2"},
       2,
       "all trials of a sweep have the same epochs"},
      {{"train", "pets", "--recipe", "transfer", "--network", "resnet18"}, 2, "no weights are named"},
      {{"train", "pets", "--recipe", "transfer", "--set", "head.folds=1"}, 2, "head.folds"},
      {{"train", "pets", "--recipe", "transfer", "--set", "head.decays=[0]"}, 2, "head.decays"},
      {{"train", "--resume", "nothing"}, 2, "nothing"},
      {{"train", "--resume", "nothing", "--weights", "imagenet"}, 2, "--weights"},
      {{"train", "pets", "--resume", "nothing"}, 2, "leave out DATA"},
      {{"train", "pets", "--colour"}, 2, "--colour"},
      {{"story", "nowhere"}, 6, "nowhere"},
  };
  place.check_refused(commands);
  CHECK_FALSE(fs::exists(place / "runs"));
}

TEST_CASE("a training leaves a complete run directory that evaluate and predict use") {
  const Place place;
  write_file_atomically(place / "pets/train/cats/broken.png", std::string_view("not a picture"));
  make_folder(place / "pets/train/cats/folder.png");
  const test::ProgramResult trained = place.run({"train", "pets", "--recipe", "small.toml", "--out", "run"});
  CAPTURE(trained.err);
  REQUIRE(trained.exit_code == 0);
  CHECK(trained.out == "run\n");
  for (const char* name :
       {"config.toml", "history.csv", "history.jsonl", "model.safetensors", "checkpoint.safetensors",
        "curves.png", "curves.svg", "samples.png", "augmented.png", "environment.json", "skipped.json",
        "predictions.csv", "report.html"}) {
    CAPTURE(name);
    CHECK(fs::file_size(place / "run" / name) > 0);
  }
  std::istringstream csv(read_text_file(place / "run/history.csv"));
  std::string header;
  std::getline(csv, header);
  CHECK(header.starts_with(
      "epoch,seconds,images_per_second,learning_rate,loss,accuracy,val_loss,val_accuracy"));
  CHECK(run::read_history(place / "run/history.jsonl").size() == 3);
  CHECK(read_text_file(place / "run/skipped.json").find("broken.png") != std::string::npos);
  // Nothing temporary is left.
  for (const auto& entry : fs::directory_iterator(place / "run"))
    CHECK(entry.path().filename().string()[0] != '.');

  const test::ProgramResult evaluated = place.run({"evaluate", "run", "pets", "--json"});
  REQUIRE(evaluated.exit_code == 0);
  const Json evaluation = Json::parse(evaluated.out);
  CHECK(evaluation.at("count") == 16);
  CHECK(evaluation.at("accuracy").get<double>() >= 0.5);
  CHECK(place.run({"evaluate", "run/model.safetensors", "pets/validation", "--json"})
            .out.find("\"accuracy\"") != std::string::npos);

  const test::ProgramResult on_page = place.run({"evaluate", "run", "pets", "--json", "--html", "page.html"});
  CHECK(Json::parse(on_page.out) == evaluation);
  CHECK(place.run({"evaluate", "run", "pets", "--html", "absent/page.html"}).exit_code == 2);
  for (const char* page : {"page.html", "run/report.html"}) {
    const std::string html = read_text_file(place / page);
    CAPTURE(page);
    CHECK(html.find("validation/dogs/0.png") != std::string::npos);
    CHECK(html.find("<td>cats</td><td class=\"right\"") != std::string::npos);
  }

  // It goes on with the pictures of its manifest, and still says what it left out at first.
  REQUIRE(place.run({"train", "--resume", "run", "--epochs", "4"}).exit_code == 0);
  for (const char* name : {"broken.png", "folder.png"})
    CHECK(read_text_file(place / "run/skipped.json").find(name) != std::string::npos);

  const test::ProgramResult predicted =
      place.run({"predict", "run", "pets/validation/dogs/0.png", "pets/train/cats/broken.png",
                 "pets/validation/cats/1.png", "--json"});
  CHECK(predicted.exit_code == 4);
  const Json answers = Json::parse(predicted.out);
  CHECK(predicted.err.find("broken.png") != std::string::npos);
  CHECK(answers.dump().find("\"dogs\"") != std::string::npos);

  for (const char* checkpoint : {"run/checkpoint.safetensors", "run/checkpoint.previous.safetensors"})
    fs::remove(place / checkpoint);
  const test::ProgramResult resumed = place.run({"train", "--resume", "run"});
  CHECK(resumed.exit_code == 2);
  CHECK(resumed.err.find("no checkpoint.safetensors to go on from") != std::string::npos);

  const test::ProgramResult again = place.run({"train", "pets", "--recipe", "small.toml", "--out", "run"});
  CHECK(again.exit_code == 2);
  CHECK(again.err.find("run") != std::string::npos);
}

TEST_CASE("runs without a name are numbered and JSON events can be parsed") {
  const Place place;
  for (int i = 0; i < 2; ++i) {
    const test::ProgramResult result =
        place.run({"train", "pets", "--recipe", "small.toml", "--epochs", "1", "--json"});
    REQUIRE(result.exit_code == 0);
    std::istringstream lines(result.out);
    std::vector<std::string> events;
    for (std::string line; std::getline(lines, line);)
      if (const std::string event = Json::parse(line).at("event"); events.empty() || events.back() != event)
        events.push_back(event);
    CHECK((events == std::vector<std::string>{"start", "step", "epoch", "checkpoint", "end"}));
  }
  CHECK(fs::exists(place / "runs/small/model.safetensors"));
  CHECK(fs::exists(place / "runs/small-2/model.safetensors"));
}

TEST_CASE("a training that fails says so as its last event") {
  const Place place;
  const test::ProgramResult result = place.run({"train", "nowhere", "--json"});
  const Json event = Json::parse(result.out);
  CHECK(event.at("event") == "error");
  CHECK(event.at("exit_code") == result.exit_code);
  CHECK(result.err == "margay: " + event.at("message").get<std::string>() + "\n");
}

TEST_CASE("Ctrl-C keeps what was learned and resume ends where the uninterrupted run ends") {
  const Place place;
  const std::vector<std::string> train{"train", "pets", "--recipe", "small.toml", "--epochs", "60"};
  auto with_out = [&](const char* out) {
    std::vector<std::string> words = train;
    words.insert(words.end(), {"--out", out});
    return words;
  };
  REQUIRE(place.run(with_out("whole")).exit_code == 0);
  test::Program program = place.start(with_out("cut"));
  REQUIRE(program.wait_for_error_text("epoch  2/60"));
  program.send(SIGINT);
  const test::ProgramResult stopped = program.wait();
  CAPTURE(stopped.err);
  REQUIRE(stopped.exit_code == 130);
  CHECK(stopped.err.find("margay train --resume cut") != std::string::npos);
  CHECK(fs::exists(place / "cut/model.safetensors"));
  CHECK(run::read_history(place / "cut/history.jsonl").size() < 60);
  const test::ProgramResult resumed = place.run({"train", "--resume", "cut"});
  CAPTURE(resumed.err);
  REQUIRE(resumed.exit_code == 0);
  CHECK(losses(place / "cut") == losses(place / "whole"));
  CHECK(read_file(place / "cut/model.safetensors") == read_file(place / "whole/model.safetensors"));
}

TEST_CASE("a loss that is not finite ends with advice") {
  const Place place;
  const test::ProgramResult result =
      place.run({"train", "pets", "--recipe", "small.toml", "--out", "run", "--epochs", "50", "--set",
                 "optimizer.lr=100", "--set", "optimizer.eps=1e-30", "--set", "input.scale=1e38"});
  CAPTURE(result.err);
  CHECK(result.exit_code == 5);
  CHECK(result.err.find("optimizer.lr=") != std::string::npos);
}

TEST_CASE("the story is told and not told twice") {
  const Place place;
  const std::vector<std::string> words{
      "story",          "pets",  "--epochs",        "3",     "--set",
      "input.width=24", "--set", "input.height=24", "--set", "training.threads=1"};
  const test::ProgramResult first = place.run(words);
  CAPTURE(first.err);
  REQUIRE(first.exit_code == 0);
  CHECK(first.out == "story/story.html\n");
  const std::string page = read_text_file(place / "story/story.html");
  CHECK(page.find("article-regularized") != std::string::npos);
  const auto trained = fs::last_write_time(place / "story/article/model.safetensors");
  const test::ProgramResult second = place.run(words);
  CHECK(second.exit_code == 0);
  CHECK(second.err.find("trained already") != std::string::npos);
  CHECK(fs::last_write_time(place / "story/article/model.safetensors") == trained);
  const test::ProgramResult other = place.run({"story", "pets", "--epochs", "2"});
  CHECK(other.exit_code == 2);
  CHECK(other.err.find("other settings") != std::string::npos);
}

TEST_CASE("an unsplit archive trains and its manifest is the same data again") {
  const Place place;
  fs::create_directory(place / "flat");
  for (const char* name : {"cats", "dogs"}) fs::rename(place / "pets/train" / name, place / "flat" / name);
  test::archive_folder(place / "flat", place / "flat.zip", test::ArchiveKind::zip);
  const auto train = [&](const std::string& data, const std::string& out) {
    const auto result = place.run({"train", data, "--recipe", "small.toml", "--out", out});
    CAPTURE(result.err);
    REQUIRE(result.exit_code == 0);
    return result;
  };
  const test::ProgramResult from_zip = train("flat.zip", "zip");
  CHECK(from_zip.err.find("a zip with a folder per class, not split; 20 % of each class held back") !=
        std::string::npos);
  CHECK(from_zip.err.find("train 38, validation 10") != std::string::npos);
  train("flat", "folder");
  train("zip/manifest.csv", "again");
  CHECK(losses(place / "zip") == losses(place / "folder"));
  CHECK(losses(place / "zip") == losses(place / "again"));
  CHECK(read_file(place / "zip/model.safetensors").size() ==
        read_file(place / "again/model.safetensors").size());

  const test::ProgramResult measured = place.run({"evaluate", "zip", "zip/manifest.csv", "--json"});
  CHECK(parse_json(measured.out, "out")["split"] == "validation");
  CHECK(place.run({"evaluate", "zip", "flat.zip"}).err.find("evaluate zip zip/manifest.csv") !=
        std::string::npos);
  CHECK(place.run({"predict", "zip", "flat.zip", "--top", "1"}).out.find("flat.zip/cats/0.png") !=
        std::string::npos);
  CHECK(place.run({"inspect", "flat.zip"}).out.find("pictures: all 48") != std::string::npos);
  CHECK(place.run({"train", "--resume", "zip", "--epochs", "4"}).exit_code == 0);
}

TEST_CASE("a training begins with given weights and prepares pictures as they ask for") {
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
  const std::vector<std::string> words{"train",       "pets",
                                       "--recipe",    "first/config.toml",
                                       "--set",       "training.method=head",
                                       "--weights",   "first",
                                       "--out",       "head",
                                       "--precision", "fp32",
                                       "--json"};
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

TEST_CASE("many broken pictures stop a training with the list unless they are allowed") {
  const Place place;
  for (int i = 0; i < 9; ++i)
    write_file_atomically(place / ("pets/train/cats/" + std::to_string(i) + ".png"),
                          std::string_view("text"));
  const std::vector<std::string> words{"train", "pets", "--recipe", "small.toml", "--out", "run"};
  const test::ProgramResult refused = place.run(words);
  CHECK(refused.exit_code == 3);
  CHECK(refused.err.find("9 of 64 pictures do not decode") != std::string::npos);
  CHECK(refused.err.find("pets/train/cats/8.png: ") != std::string::npos);
  CHECK_FALSE(fs::exists(place / "run"));
  std::vector<std::string> allowed = words;
  allowed.emplace_back("--allow-broken");
  CHECK(place.run(allowed).exit_code == 0);
}

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
        fmt::format(
            "margay train pets --recipe small.toml --set training.batch_size=8 --set optimizer.lr={:g}", lr));
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
                                             {"lr-find", "pets", "--steps", "3"},
                                             {"lr-find", "pets", "--out", "a.jpg"},
                                             {"lr-find", "nowhere"}}) {
    const test::ProgramResult refused = place.run(bad);
    CHECK(refused.exit_code != 0);
    CHECK(refused.err.find("Hint:") != std::string::npos);
  }
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
      {{"bench", "small.toml", "--batch", "0"}, 2, "training.batch_size"},
      {{"bench", "small.toml", "--seconds", "-1"}, 2, "--seconds"},
      {{"bench", "small.toml", "--precision", "fp8"}, 2, "training.precision"},
      {{"bench", "small.toml", "--data", "nowhere"}, 6, "nowhere"},
  };
  place.check_refused(refused);
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
  CHECK(first.out.find("flattered") != std::string::npos);
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
  CHECK(with({"--set", "optimizer.lr=1e-3..1e-2"}).err.find("searched twice") != std::string::npos);
  CHECK(place.run({"sweep", "pets", "--recipe", "small.toml"}).err.find("nothing to search") !=
        std::string::npos);
  CHECK(place.run({"sweep", "pets", "--set", "optimizer.lr=1e-2..1e-4"}).exit_code == 2);
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
