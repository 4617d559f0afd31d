// Hostile files through the programs that read pictures without training.
#include <doctest/doctest.h>

#include "margay/core/json.h"
#include "margay/graph/builder.h"
#include "margay/graph/weights.h"
#include "margay/model/model.h"
#include "tests/support/hostile_folder.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

test::ProgramResult run(const test::TemporaryFolder& folder, std::vector<std::string> words) {
  words.insert(words.begin(), MARGAY_PROGRAM);
  return test::Program(folder.path(), words).wait();
}

/// Two classes by the mean colour, for nobody to believe.
void write_model(const fs::path& path) {
  model::Model model;
  model.graph = graph::Builder({3, 8, 8}).global_avg_pool2d().flatten().linear(2).build();
  model.weights = graph::initialize(model.graph, graph::Initializer::glorot_uniform, 1);
  model.classes = {"cats", "dogs"};
  model.preprocess.width = model.preprocess.height = 8;
  save_model(path, model);
}

/// The texts about files, by file name.
std::map<std::string, std::string> texts_of(const Json& list, const char* key) {
  std::map<std::string, std::string> texts;
  for (const Json& one : list)
    if (one.contains(key)) texts[fs::path(one.at("path").get<std::string>()).filename()] = one.at(key);
  return texts;
}

}  // namespace

TEST_CASE("inspect lists every hostile file with its reason and goes on") {
  const test::TemporaryFolder folder;
  const test::HostileFolder hostile(folder / "data");
  REQUIRE(hostile.expected().size() > 5000);
  const test::ProgramResult result = run(folder, {"inspect", "data", "--json", "--html", "page.html"});
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  const Json found = Json::parse(result.out);
  const auto skipped = texts_of(found.at("skipped"), "reason"), noted = texts_of(found.at("noted"), "note");
  for (const auto& file : hostile.expected()) {
    const auto& name = file.first;
    const auto& expected = file.second;
    CAPTURE(name);
    const bool is_skipped = expected.fate == test::Fate::skipped;
    REQUIRE(skipped.contains(name) == is_skipped);
    if (!is_skipped && expected.says.empty()) continue;
    const std::string& text = is_skipped ? skipped.at(name) : noted.at(name);
    CHECK(text.size() > 12);
    CHECK(text.find(expected.says) != std::string::npos);
  }
  CHECK(skipped.size() == hostile.count(test::Fate::skipped));
  CHECK(found.at("pictures") ==
        test::HostileFolder::kGood + hostile.expected().size() - hostile.count(test::Fate::skipped));
  CHECK(found.at("partial") == hostile.count(test::Fate::partial));
  CHECK(fs::file_size(folder / "page.html") < 8'000'000);
}

TEST_CASE("predict answers every picture and names every hostile file with its reason") {
  const test::TemporaryFolder folder;
  const test::HostileFolder hostile(folder / "data");
  write_model(folder / "model.safetensors");
  const test::ProgramResult result = run(folder, {"predict", "model.safetensors", "data", "--json"});
  REQUIRE(result.exit_code == 4);
  const Json answers = Json::parse(result.out).at("pictures");
  CHECK(answers.size() == test::HostileFolder::kGood + hostile.expected().size());
  const auto errors = texts_of(answers, "error"), classes = texts_of(answers, "class");
  for (const auto& file : hostile.expected()) {
    const auto& name = file.first;
    const auto& expected = file.second;
    CAPTURE(name);
    const bool is_skipped = expected.fate == test::Fate::skipped;
    REQUIRE(errors.contains(name) == is_skipped);
    REQUIRE(classes.contains(name) == !is_skipped);
    if (!is_skipped) continue;
    CHECK(errors.at(name).find(expected.says) != std::string::npos);
    CHECK(result.err.find(name + ": " + errors.at(name)) != std::string::npos);
  }
  CHECK(errors.size() == hostile.count(test::Fate::skipped));
}

TEST_CASE("what is no file is an error of its own and never waited for when it is named") {
  const test::TemporaryFolder folder;
  const test::HostileFolder hostile(folder / "data");
  write_model(folder / "model.safetensors");
  const test::ProgramResult result =
      run(folder, {"predict", "model.safetensors", "data/train/cats/fifo.jpg",
                   "data/train/cats/broken-link.jpg", "data/train/cats/0.png", "--json"});
  CHECK(result.exit_code == 4);
  const auto errors = texts_of(Json::parse(result.out).at("pictures"), "error");
  CHECK(errors.size() == 2);
  CHECK(errors.at("fifo.jpg").find("not a regular file") != std::string::npos);
  CHECK(errors.at("broken-link.jpg").find("No such file") != std::string::npos);
}
