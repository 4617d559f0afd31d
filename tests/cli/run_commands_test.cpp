// The commands about runs that need no libtorch, on runs that are made of their files alone.
#include <doctest/doctest.h>

#include "margay/core/atomic_file.h"
#include "margay/core/json.h"
#include "margay/run/history.h"
#include "margay/run/predictions.h"
#include "tests/analysis/made_history.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

/// A folder with runs, where commands are run.
class Place {
 public:
  /// A run of 6 validation pictures, of which the first `right` are answered right; none: no predictions.
  void add_run(const std::string& name, int epochs_done, double rate, int right) const {
    make_folder(folder_ / name);
    write_file_atomically(folder_ / name / "config.toml",
                          fmt::format("[optimizer]\nlr = {}\n[training]\nepochs = 5\nkeep = 'last'\n", rate));
    write_file_atomically(folder_ / name / "history.jsonl",
                          run::to_jsonl(test::made_history({.epochs = epochs_done})));
    if (right < 0) return;
    std::vector<fs::path> paths;
    std::vector<std::vector<double>> probabilities;
    for (int i = 0; i < 6; ++i) {
      paths.emplace_back(fmt::format("/pets/{}.jpg", i));
      probabilities.push_back(i < right ? std::vector{0.8, 0.2} : std::vector{0.3, 0.7});
    }
    const std::vector<std::string> classes{"cats", "dogs"};
    write_file_atomically(folder_ / name / "predictions.csv",
                          run::predictions_csv(classes, paths, std::vector<int>(6, 0), probabilities));
  }

  test::ProgramResult run(std::vector<std::string> words) const {
    words.insert(words.begin(), MARGAY_PROGRAM);
    return test::Program(folder_.path(), words).wait();
  }
  fs::path operator/(const std::string& name) const { return folder_ / name; }

 private:
  test::TemporaryFolder folder_;
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("compare tells what differs and what can be told and draws the curves") {
  const Place place;
  place.add_run("runs/a", 5, 0.001, 0);
  place.add_run("runs/b", 5, 0.01, 6);
  place.add_run("old/run", 3, 0.01, -1);
  const test::ProgramResult shown = place.run({"compare", "runs/a", "runs/b/", "old/run"});
  CAPTURE(shown.out);
  CAPTURE(shown.err);
  REQUIRE(shown.exit_code == 0);
  CHECK(has(shown.out, "optimizer.lr    0.001   0.01   0.01\n"));
  CHECK(has(shown.out, "b is significantly better than a (p = 0.016)"));
  CHECK(has(shown.out, "run has no predictions.csv"));
  CHECK(shown.out.ends_with("curves: compare.png, compare.svg\n"));
  CHECK(fs::file_size(place / "compare.png") > 0);

  const test::ProgramResult told = place.run({"compare", "runs/a", "runs/b", "--json", "--out", "ab.png"});
  const Json document = Json::parse(told.out);
  CHECK(document["tests"][0]["significant"] == true);
  CHECK(document["differences"]["optimizer.lr"] == Json{0.001, 0.01});
  CHECK(document["curves"] == Json{"ab.png", "ab.svg"});
  CHECK(fs::exists(place / "ab.svg"));
}

TEST_CASE("watch prints how far a run is where there is no terminal") {
  const Place place;
  place.add_run("going", 3, 0.001, -1);
  const test::ProgramResult going = place.run({"watch", "going", "--ascii"});
  CAPTURE(going.err);
  CHECK(going.exit_code == 0);
  CHECK(has(going.out, "going: epoch 3 of 5, "));
  CHECK(has(going.out, "** training"));
  CHECK_FALSE(has(going.out, "\033"));
  place.add_run("done", 5, 0.001, -1);
  CHECK(has(place.run({"watch", "done", "--once"}).out, "done: all 5 epochs are done\n"));
  place.add_run("new", 0, 0.001, -1);
  CHECK(place.run({"watch", "new"}).out == "new: no epoch has ended yet (of 5)\n");
}

TEST_CASE(
    "a story, a sweep or a file of a run in the place of RUN is called so, with the command that is meant") {
  const Place place;
  place.add_run("tale/article", 5, 0.001, 3);
  place.add_run("tale/article-regularized", 5, 0.001, 3);
  write_file_atomically(place / "tale/story.html", "<html>");
  for (int i = 1; i <= 5; ++i) place.add_run(fmt::format("hunt/trial-00{}", i), 5, 0.001 * i, 3);
  write_file_atomically(place / "hunt/sweep.json", R"({"best": 2})");
  write_file_atomically(place / "tale/article/checkpoint.safetensors", "x");
  const char* const story = "tale is a story, which holds runs: article and article-regularized";
  const char* const sweep = "hunt is a sweep, which holds runs: trial-001 to trial-005";
  struct Row {
    std::vector<std::string> words;
    std::string says, meant;
  };
  for (const Row& row : {
           Row{{"watch", "tale/"}, story, "'margay watch tale/article-regularized'"},
           Row{{"watch", "hunt"}, sweep, "'margay watch hunt/trial-002'"},
           Row{{"compare", "tale"}, story, "'margay compare tale/article tale/article-regularized'"},
           Row{{"compare", "hunt"}, sweep, "'margay compare hunt/trial-*'"},
           Row{{"compare", "tale/article", "hunt"}, sweep, "'margay compare tale/article hunt/trial-*'"},
           Row{{"evaluate", "tale", "pets"}, story, "'margay evaluate tale/article-regularized pets'"},
           Row{{"evaluate", "hunt", "pets"}, sweep, "'margay evaluate hunt/trial-002 pets'"},
           Row{{"predict", "tale", "photo.jpg"},
               story,
               "'margay predict tale/article-regularized photo.jpg'"},
           Row{{"predict", "tale/article/checkpoint.safetensors", "photo.jpg"},
               "is a checkpoint of the run tale/article",
               "'margay predict tale/article photo.jpg'"},
           Row{{"predict", "tale/article/config.toml", "photo.jpg"},
               "config.toml is the settings of the run tale/article",
               "'margay predict tale/article photo.jpg'"},
           Row{{"evaluate", "tale/article/config.toml", "pets"},
               "is the settings of the run",
               "'margay evaluate tale/article pets'"},
           Row{{"watch", "tale/article/history.jsonl"},
               "is a file of the run",
               "'margay watch tale/article'"},
       }) {
    CAPTURE(row.words);
    const test::ProgramResult result = place.run(row.words);
    CAPTURE(result.err);
    CHECK(result.exit_code == 2);
    CHECK(has(result.err, row.says));
    CHECK(has(result.err, "did you mean " + row.meant + "?"));
  }
}

TEST_CASE("what is no run gets one clear line and an exit status") {
  const Place place;
  place.add_run("a", 5, 0.001, 3);
  place.add_run("new", 0, 0.001, -1);
  place.add_run("broken", 5, 0.001, 3);
  place.add_run("torn", 5, 0.001, 3);
  make_folder(place / "empty");
  write_file_atomically(place / "broken/config.toml", "[training\n");
  write_file_atomically(place / "torn/predictions.csv", "path,label\n");
  struct Row {
    std::vector<std::string> words;
    int exit_code;
    const char* expected;
  };
  for (const Row& row : {
           Row{{"compare"}, 2, "RUN is required"},
           Row{{"compare", "a"}, 2, "expected two runs or more"},
           Row{{"compare", "a", "a/"}, 2, "is named twice"},
           Row{{"compare", "a", "nowhere"}, 6, "there is no folder nowhere"},
           Row{{"compare", "a", "empty"}, 2, "empty holds no run: it has no config.toml"},
           Row{{"compare", "a", "new"}, 2, "new has no finished epoch yet"},
           Row{{"compare", "a", "broken"}, 2, "broken/config.toml"},
           Row{{"compare", "a", "torn"}, 4, "torn/predictions.csv"},
           Row{{"compare", "a", "new", "--out", "x.pdf"}, 2, "let the name end in .png"},
           Row{{"watch"}, 2, "RUN is required"},
           Row{{"watch", "nowhere"}, 6, "there is no folder nowhere"},
           Row{{"watch", "empty"}, 2, "empty holds no run"},
           Row{{"watch", "broken"}, 2, "broken/config.toml"},
       }) {
    CAPTURE(row.words);
    const test::ProgramResult result = place.run(row.words);
    CAPTURE(result.err);
    CHECK(result.exit_code == row.exit_code);
    CHECK(has(result.err, row.expected));
    CHECK_FALSE(has(result.err, "[internal]"));
    CHECK(result.out.empty());
  }
}
