// The commands that train, and those that follow a training, run as programs.
#include <doctest/doctest.h>

#include <map>
#include <sstream>
#include <string>

#include "margay/core/atomic_file.h"
#include "margay/core/json.h"
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
        "export", "summary", "bench", "recipe", "dataset"}) {
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
      {{"train", "pets", "--recipe", "small.toml", "--epochs", "0"}, 2, "--epochs is '0'"},
      {{"train", "pets", "--recipe", "small.toml", "--epochs", "many"}, 2, "--epochs"},
      {{"train", "pets", "--recipe", "small.toml", "--augment", "filp"}, 2, "filp"},
      {{"train", "pets", "--recipe", "small.toml", "--device", "tpu"}, 2, "--device is 'tpu'"},
      {{"train", "pets", "--network", "mobilenetv2"}, 2, "did you mean 'mobilenet_v2'? Known are"},
      {{"train", "pets", "--weights", "none.pth"}, 6, "there is no file none.pth"},
      {{"train", "pets", "--recipe", "resnet18"}, 2, "it is a network: --network resnet18"},
      {{"train", "pets", "--recipe", "pets"}, 2, "it is a folder, not a recipe"},
      {{"train", "pets", "--recipe", "pets/train/cats/0.png"}, 2, "it is a picture (PNG), not a recipe"},
      {{"train", "pets", "--recipe", "small.toml", "--config", "pets/train/cats/0.png"},
       2,
       "it is a picture (PNG), not a recipe"},
      {{"bench", "pets/train/cats/0.png"}, 2, "it is a picture (PNG), not a recipe"},
      {{"train", "pets", "--optimzer", "sgd"}, 2, "did you mean '--optimizer'?"},
      {{"train", "pets", "--recipe", "small.toml", "--optimizer", "adma"}, 2, "did you mean 'adam'?"},
      {{"sweep", "pets", "--strategy", "havling"}, 2, "did you mean 'halving'?"},
      {{"train", "pets", "--set", std::string(100'000, 'a')}, 2, "bytes left out)"},
      {{"train", "pets", "--weights", "nosuch"}, 6, "weights are imagenet (the weights that are published"},
      {{"train", "pets", "--weights", "imagnet"}, 6, "did you mean 'imagenet'?"},
      {{"train", "pets", "--weights", "pets"}, 2, "does not say which network"},
      {{"train", "pets", "--recipe", "small.toml", "--set", "training.method=head"},
       2,
       "no weights are named"},
      {{"train", "pets", "--recipe", "transfer", "--epochs", "3"}, 2, "training.epochs would decide nothing"},
      {{"train", "pets", "--recipe", "transfer", "--budget", "3m"}, 2, "however much time there is"},
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
      {{"train", "pets", "--recipe", "transfer", "--set", "head.l2=[0]"}, 2, "head.l2"},
      {{"train", "--resume", "nothing"}, 6, "there is no folder nothing"},
      {{"train", "--resume", "nothing", "--weights", "imagenet"}, 2, "--weights"},
      {{"train", "pets", "--resume", "nothing"},
       2,
       "DATA would change that. Hint: leave it out; where the data"},
      {{"train", "pets", "--colour"}, 2, "--colour"},
      {{"story", "nowhere"}, 6, "nowhere"},
  };
  place.check_refused(commands);
  CHECK_FALSE(fs::exists(place / "runs"));
  for (const char* command : {"train", "lr-find"})
    CHECK(place.run({command, "pest", "--network", "resnet10_slim"}).err.find("recipe '") ==
          std::string::npos);
}

TEST_CASE("a training leaves a complete run directory that evaluate and predict use") {
  const Place place;
  write_file_atomically(place / "pets/train/cats/broken.png", std::string_view("not a picture"));
  make_folder(place / "pets/train/cats/folder.png");
  const test::ProgramResult trained = place.run({"train", "pets", "--recipe", "small.toml", "--out", "run"});
  CAPTURE(trained.err);
  REQUIRE(trained.exit_code == 0);
  CHECK(trained.out.ends_with("\nrun\n"));
  CHECK(trained.out.starts_with("validation accuracy "));
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
    Json last;
    for (std::string line; std::getline(lines, line);) {
      last = Json::parse(line);
      if (const std::string event = last.at("event"); events.empty() || events.back() != event)
        events.push_back(event);
    }
    CHECK((events == std::vector<std::string>{"start", "step", "epoch", "checkpoint", "end"}));
    CHECK(last.at("peak_memory_bytes").get<double>() > 10e6);
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
  CHECK(result.err.find("--lr 0.001") != std::string::npos);
}

TEST_CASE("what margay decided by itself is told with its reason and kept for a run that goes on") {
  const Place place;
  for (int i = 4; i < 24; ++i) fs::remove(place / fmt::format("pets/train/cats/{}.png", i));
  const auto decided_in = [](const test::ProgramResult& result) {
    const std::string& out = result.out;
    const Json end = Json::parse(out.substr(out.rfind('\n', out.size() - 2) + 1));
    CHECK(end.at("event") == "end");
    std::map<std::string, std::string> decided;
    for (const Json& decision : end.at("decisions")) {
      CHECK_FALSE(decision.at("reason").get<std::string>().empty());
      decided[decision.at("setting")] = decision.at("value");
    }
    return decided;
  };
  const test::ProgramResult trained =
      place.run({"train", "pets", "--recipe", "small.toml", "--out", "run", "--json"});
  CAPTURE(trained.err);
  REQUIRE(trained.exit_code == 0);
  const auto decided = decided_in(trained);
  CHECK(decided.at("class weights") == "on");
  CHECK(decided.contains("device"));
  CHECK(decided.contains("precision"));
  CHECK_FALSE(decided.contains("threads"));  // the recipe asks for one
  const test::ProgramResult further = place.run({"train", "--resume", "run", "--epochs", "4", "--json"});
  CAPTURE(further.err);
  CHECK(decided_in(further) == decided);
  CHECK(read_text_file(place / "run/report.html").find("class weights") != std::string::npos);
  const test::ProgramResult asked =
      place.run({"train", "pets", "--recipe", "small.toml", "--out", "asked", "--json", "--balance", "none",
                 "--precision", "fp32", "--device", "cpu"});
  CHECK(decided_in(asked).size() == 1);  // what the folders mean
}

TEST_CASE("a quiet training says its result and where it is on standard output and nothing else") {
  const Place place;
  const test::ProgramResult quiet =
      place.run({"train", "pets", "--recipe", "small.toml", "--out", "a run", "--quiet"});
  CAPTURE(quiet.err);
  REQUIRE(quiet.exit_code == 0);
  CHECK(quiet.err.empty());
  CHECK(quiet.out.starts_with("validation accuracy "));
  CHECK(quiet.out.ends_with("\na run\n"));
  const test::ProgramResult loud = place.run({"train", "pets", "--recipe", "small.toml", "--out", "b run"});
  CHECK(loud.err.find("margay predict 'b run' photo.jpg\n") != std::string::npos);
  CHECK(loud.err.find("margay evaluate 'b run' 'b run/manifest.csv' --split validation\n") !=
        std::string::npos);
  CHECK(loud.out.substr(0, loud.out.find('\n')) == quiet.out.substr(0, quiet.out.find('\n')));
  const test::ProgramResult measured =
      place.run({"evaluate", "b run", "b run/manifest.csv", "--split", "validation"});
  CAPTURE(measured.err);
  CHECK(measured.exit_code == 0);
}

TEST_CASE("the story is told and not told twice") {
  const Place place;
  const std::vector<std::string> words{
      "story",          "pets",  "--epochs",        "3",     "--set",
      "input.width=24", "--set", "input.height=24", "--set", "training.threads=1"};
  const test::ProgramResult first = place.run(words);
  CAPTURE(first.err);
  REQUIRE(first.exit_code == 0);
  CHECK(first.out.ends_with("\nstory/story.html\n"));
  const std::string page = read_text_file(place / "story/story.html");
  CHECK(page.find("article-regularized") != std::string::npos);
  const auto trained = fs::last_write_time(place / "story/article/model.safetensors");
  const test::ProgramResult second = place.run(words);
  CHECK(second.exit_code == 0);
  CHECK(second.err.find("trained already") != std::string::npos);
  CHECK(fs::last_write_time(place / "story/article/model.safetensors") == trained);
  const test::ProgramResult further =
      place.run({"train", "--resume", "story/article-regularized", "--epochs", "4"});
  CAPTURE(further.err);
  REQUIRE(further.exit_code == 0);
  const test::ProgramResult third = place.run(words);
  CAPTURE(third.err);
  CHECK(third.exit_code == 0);
  CHECK(fs::last_write_time(place / "story/article/model.safetensors") == trained);
  CHECK(run::read_history(place / "story/article-regularized/history.jsonl").size() == 4);
  CHECK(read_text_file(place / "story/story.html").find("--recipe article-regularized --epochs 4") !=
        std::string::npos);
  // A budget changes more than the epochs: what the schedule counts in them, and what is recorded of them.
  const test::ProgramResult longer = place.run({"train", "--resume", "story/article", "--budget", "8s"});
  CAPTURE(longer.err);
  REQUIRE(longer.exit_code == 0);
  const test::ProgramResult fourth = place.run(words);
  CAPTURE(fourth.err);
  CHECK(fourth.exit_code == 0);
  CHECK(fourth.err.find("'article' is trained already") != std::string::npos);
  std::vector<std::string> in_chinese = words;
  in_chinese.insert(in_chinese.end(), {"--language", "zh"});
  CHECK(place.run(in_chinese).exit_code == 0);
  const std::string chinese = read_text_file(place / "story/story.html");
  CHECK(chinese.find("<html lang=\"zh-CN\">") != std::string::npos);
  CHECK(chinese.find("margay train pets --recipe article") != std::string::npos);
  CHECK(place.run({"story", "pets", "--language", "tlh"}).exit_code == 2);
  const test::ProgramResult other = place.run({"story", "pets", "--epochs", "2"});
  CHECK(other.exit_code == 2);
  CHECK(other.err.find("input.width") != std::string::npos);
  CHECK(other.err.find("input.height") != std::string::npos);
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
  CHECK(parse_json(place.run({"evaluate", "zip", "flat.zip", "--json"}).out, "out")["count"] == 10);
  CHECK(place.run({"predict", "zip", "flat.zip", "--top", "1"}).out.find("flat.zip/cats/0.png") !=
        std::string::npos);
  CHECK(place.run({"inspect", "flat.zip"}).out.find("pictures: all 48") != std::string::npos);
  CHECK(place.run({"train", "--resume", "zip", "--epochs", "4"}).exit_code == 0);
}

TEST_CASE("many broken pictures stop a training with the list unless they are allowed") {
  const Place place;
  for (int i = 0; i < 9; ++i)
    write_file_atomically(place / ("pets/train/cats/" + std::to_string(i) + ".png"),
                          std::string_view("text"));
  const std::vector<std::string> words{"train", "pets", "--recipe", "small.toml", "--out", "run"};
  const test::ProgramResult refused = place.run(words);
  CHECK(refused.exit_code == 3);
  CHECK(refused.err.find("9 of the 64 pictures do not decode") != std::string::npos);
  CHECK(refused.err.find("pets/train/cats/8.png: ") != std::string::npos);
  CHECK_FALSE(fs::exists(place / "run"));
  std::vector<std::string> allowed = words;
  allowed.emplace_back("--allow-broken");
  CHECK(place.run(allowed).exit_code == 0);
}
