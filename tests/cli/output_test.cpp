// Streams that cannot be written, names that act on a terminal, files that are somebody else's, and arguments
// in the wrong place.
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>

#include "margay/core/atomic_file.h"
#include "margay/core/json.h"
#include "margay/core/output_file.h"
#include "margay/graph/builder.h"
#include "margay/graph/weights.h"
#include "margay/model/model.h"
#include "tests/support/hostile_files.h"
#include "tests/support/program.h"
#include "tests/support/skipped.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

/// pets/, a data set of two classes, run/, which holds a model, and photo.jpg.
class Place {
 public:
  Place() {
    test::write_tiny_dataset(folder_ / "pets", {"cats", "dogs"});
    model::Model model;
    model.graph = graph::Builder({3, 8, 8}).global_avg_pool2d().flatten().linear(2).build();
    model.weights = graph::initialize(model.graph, graph::Initializer::glorot_uniform, 1);
    model.classes = {"cats", "dogs"};
    model.preprocess.width = model.preprocess.height = 8;
    make_folder(folder_ / "run");
    save_model(folder_ / "run/model.safetensors", model);
    const test::Bytes photo = test::sample_file("jpeg_444.jpg");
    write_file_atomically(folder_ / "photo.jpg", std::span<const uint8_t>(photo));
  }

  fs::path operator/(const std::string& name) const { return folder_ / name; }

  test::ProgramResult run(std::vector<std::string> words) const {
    words.insert(words.begin(), MARGAY_PROGRAM);
    return test::Program(folder_.path(), words).wait();
  }

  /// `arguments` and redirections, as a shell reads them.
  test::ProgramResult shell(const std::string& arguments) const {
    return test::Program(folder_.path(), {"/bin/sh", "-c", std::string(MARGAY_PROGRAM) + ' ' + arguments})
        .wait();
  }

 private:
  test::TemporaryFolder folder_;
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("whatever answer meets a full disk ends with the status for it") {
  const Place place;
  for (const char* command :
       {"--help", "--version", "help inspect", "models", "models --json", "recipe list",
        "recipe show article", "recipe layers", "summary article", "summary article --json", "inspect pets",
        "inspect pets --json", "predict run photo.jpg", "predict run photo.jpg --json", "evaluate run pets",
        "evaluate run pets --json", "show pets", "dataset list"}) {
    CAPTURE(command);
    const test::ProgramResult result = place.shell(std::string(command) + " > /dev/full");
    CHECK(result.exit_code == 6);
    CHECK(has(result.err, "standard output cannot be written: No space left on device"));
    CHECK(place.shell(std::string(command) + " >&-").exit_code == 6);
  }
}

TEST_CASE("standard error that cannot be written ends nothing") {
  const Place place;
  for (const char* redirection : {" 2>/dev/full", " 2>&-"}) {
    CAPTURE(redirection);
    CHECK(place.shell(std::string("inspect nowhere") + redirection).exit_code == 6);
    CHECK(place.shell(std::string("inspect pets") + redirection).exit_code == 0);
    CHECK(place.shell(std::string("frobnicate") + redirection).exit_code == 2);
  }
}

TEST_CASE("a reader that goes away ends a command as it ends others") {
  const Place place;
  const test::ProgramResult result = place.shell("models --json | head -n 1 >first");
  CHECK(read_text_file(place / "first") == "[\n");
  CHECK_FALSE(has(result.err, "margay:"));
}

TEST_CASE("a file is never opened in the place of a closed stream") {
  const Place place;
  CHECK(place.shell("inspect pets --html page.html <&- >&- 2>&-").exit_code == 6);
  CHECK(read_text_file(place / "page.html").starts_with("<!DOCTYPE html>"));
}

TEST_CASE("a file that may not grow further is an error and no signal") {
  const Place place;
  const test::ProgramResult result =
      test::Program(place / "", {"/bin/sh", "-c",
                                 "ulimit -f 1; exec " + std::string(MARGAY_PROGRAM) +
                                     " inspect pets --html page.html > /dev/null"})
          .wait();
  CHECK(result.exit_code == 6);
  CHECK_FALSE(fs::exists(place / "page.html"));
}

TEST_CASE("names of files and classes do not act on the terminal") {
  const Place place;
  const std::string hostile = "a\x1b]0;x\a\u202e";
  fs::rename(place / "pets/train/cats", place / ("pets/train/" + hostile));
  fs::rename(place / "pets/validation/cats", place / ("pets/validation/" + hostile));
  fs::copy_file(place / "photo.jpg", place / ("pets/" + hostile + "\n.jpg"));
  write_file_atomically(place / ("pets/train/dogs/" + hostile + ".jpg"), "no picture");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"inspect", "pets"},
                                                {"inspect", "pets", "--json"},
                                                {"evaluate", "run", "pets"},
                                                {"predict", "run", "pets"},
                                                {"predict", "run", "pets", "--json"},
                                                {"inspect", hostile},
                                                {"summary", hostile},
                                                {hostile},
                                                {"recipe", "show", hostile + ".toml"},
                                                {"train", "--" + hostile}}) {
    const test::ProgramResult result = place.run(words);
    CAPTURE(words[0]);
    for (const std::string& text : {result.out, result.err}) {
      CHECK_FALSE(has(text, "\x1b"));
      CHECK_FALSE(has(text, "\a"));
      CHECK_FALSE(has(text, "\u202e"));
    }
  }
  CHECK(has(place.run({"inspect", "pets"}).out, "a\\u001b]0;x\\u0007\\u202e"));
  const Json exact = parse_json(place.run({"inspect", "pets", "--json"}).out, "inspect");
  CHECK(has(exact.dump(), hostile.substr(hostile.size() - 3)));
}

TEST_CASE("nothing is written over what a run is made of") {
  const Place place;
  write_file_atomically(place / "run/config.toml", std::string_view("[training]\n"));
  write_file_atomically(place / "run/report.html", std::string_view("report"));
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"inspect", "pets", "--html", "run/report.html"},
        {"evaluate", "run", "pets", "--html", "run/report.html", "--overwrite"},
        {"show", "pets", "--out", "run/samples.png"}}) {
    const test::ProgramResult result = place.run(words);
    CAPTURE(result.err);
    CHECK(result.exit_code == 2);
    CHECK(has(result.err, "the name of a file of the run"));
  }
  CHECK(read_text_file(place / "run/report.html") == "report");
}

TEST_CASE("what margay did not write stays, and its own pictures and pages are replaced") {
  const Place place;
  const std::string photo = read_text_file(place / "photo.jpg");
  write_file_atomically(place / "mine.png", std::string_view(photo));
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"inspect", "pets", "--html", "photo.jpg"},
        {"evaluate", "run", "pets", "--html", "photo.jpg"},
        {"show", "pets", "--out", "mine.png"}}) {
    const test::ProgramResult result = place.run(words);
    CAPTURE(result.err);
    CHECK(result.exit_code == 2);
    CHECK(has(result.err, "that margay did not write"));
    CHECK(has(result.err, "--overwrite"));
  }
  CHECK(read_text_file(place / "photo.jpg") == photo);
  CHECK(read_text_file(place / "mine.png") == photo);
  CHECK(place.run({"show", "pets", "--out", "mine.png", "--overwrite"}).exit_code == 0);
  CHECK(is_output_file(place / "mine.png"));
  for (int time = 0; time < 2; ++time) {
    CHECK(place.run({"show", "pets", "--out", "mine.png"}).exit_code == 0);
    CHECK(place.run({"inspect", "pets", "--html", "page.html"}).exit_code == 0);
    CHECK(place.run({"evaluate", "run", "pets", "--html", "report.html"}).exit_code == 0);
  }
  // Our marks disturb no decoder.
  CHECK(place.run({"predict", "run", "mine.png"}).exit_code == 0);
}

TEST_CASE("arguments in the wrong place get the right command") {
  const Place place;
  write_file_atomically(place / "net.onnx", "\x08\x07");
  write_file_atomically(place / "net.h5", "\x89HDF\r\n\x1a\n.....................");
  write_file_atomically(place / "table.csv", "path,label\n");
  struct Case {
    std::vector<std::string> words;
    int exit_code;
    std::vector<const char*> says;
  };
  const Case cases[] = {
      {{"predict", "photo.jpg", "run"},
       2,
       {"photo.jpg is a picture (JPEG), not a model", "'margay predict run photo.jpg'"}},
      {{"predict", "photo.jpg", "pets", "run/model.safetensors"},
       2,
       {"'margay predict run/model.safetensors photo.jpg pets'"}},
      {{"predict", "photo.jpg", "photo.jpg"}, 4, {"a picture (JPEG), not a model"}},
      {{"evaluate", "pets", "run"}, 2, {"'margay evaluate run pets'"}},
      {{"predict", "net.onnx", "photo.jpg"}, 4, {"an ONNX model, not a model of margay"}},
      {{"predict", "net.h5", "photo.jpg"}, 4, {"HDF5", "not a model of margay"}},
      {{"predict", "table.csv", "photo.jpg"}, 4, {"a table (CSV), not a model"}},
      {{"inspect", "run/model.safetensors"}, 3, {"a model or weights (safetensors)"}},
      {{"inspect", "photo.jpg"}, 3, {"a picture (JPEG)", "a folder of pictures for each class"}},
  };
  for (const Case& one : cases) {
    const test::ProgramResult result = place.run(one.words);
    CAPTURE(result.err);
    CHECK(result.exit_code == one.exit_code);
    for (const char* part : one.says) CHECK(has(result.err, part));
  }
}

TEST_CASE("threads that the system does not give are counted") {
  if (!test::runs_within_limits()) return;
  const Place place;
  const test::ProgramResult result =
      test::Program(place / "", {"/bin/sh", "-c",
                                 "ulimit -v 2000000; exec " + std::string(MARGAY_PROGRAM) +
                                     " predict run photo.jpg --threads 1000"})
          .wait();
  CHECK(result.exit_code == 6);
  CHECK(has(result.err, "of 1000 threads could be made"));
}

TEST_CASE("threads that OpenMP would not get are counted and do not end the program") {
  if (!test::runs_within_limits()) return;
  const Place place;
  for (const char* threads : {"60", "110", "160"}) {
    const test::ProgramResult result =
        test::Program(place / "", {"/bin/sh", "-c",
                                   "ulimit -v 2000000; exec " + std::string(MARGAY_PROGRAM) +
                                       " predict run photo.jpg --threads " + threads})
            .wait();
    CAPTURE(result.err);
    CHECK_FALSE(has(result.err, "libgomp"));
    if (result.exit_code == 0) continue;
    CHECK(result.exit_code == 6);
    CHECK(has(result.err, "threads could be made"));
  }
}

TEST_CASE("loops of links are an error of the file") {
  const Place place;
  fs::create_symlink("loop", place / "loop");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"inspect", "loop"},
                                                {"predict", "run", "loop"},
                                                {"predict", "loop", "photo.jpg"},
                                                {"evaluate", "loop", "pets"},
                                                {"show", "pets", "--out", "loop"},
                                                {"inspect", "pets", "--html", "loop"},
                                                {"summary", "loop/x.toml"},
                                                {"watch", "loop"},
                                                {"compare", "loop", "run"}}) {
    const test::ProgramResult result = place.run(words);
    CAPTURE(words[0]);
    CAPTURE(result.err);
    CHECK(result.exit_code > 1);
    CHECK_FALSE(has(result.err, "fault of margay"));
    CHECK_FALSE(has(result.err, "did you mean 'loop'"));
    CHECK_FALSE(has(result.err, "did you mean loop?"));
  }
  CHECK(has(place.run({"inspect", "loop"}).err, "it is a link to loop, which leads back to itself"));
}
