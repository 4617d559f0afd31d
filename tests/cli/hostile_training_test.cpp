// Hostile files through a training, and what happens to good ones while it runs.
#include <doctest/doctest.h>

#include "margay/core/json.h"
#include "tests/support/hostile_folder.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

constexpr const char* kRecipe = R"(
[input]
width = 8
height = 8
[network]
layers = [ { op = "global_avg_pool2d" }, { op = "flatten" }, { op = "linear", out_features = "classes" } ]
[training]
epochs = 1
batch_size = 32
threads = 1
)";

test::Program start(const test::TemporaryFolder& folder, const std::vector<std::string>& more) {
  write_file_atomically(folder / "small.toml", std::string_view(kRecipe));
  std::vector<std::string> words{MARGAY_PROGRAM, "train", "data", "--recipe", "small.toml", "--out", "run"};
  words.insert(words.end(), more.begin(), more.end());
  return test::Program(folder.path(), words);
}

}  // namespace

TEST_CASE("a training lists every hostile file with its reason where it is allowed to go on") {
  const test::TemporaryFolder folder;
  const test::HostileFolder hostile(folder / "data");
  const test::ProgramResult refused = start(folder, {}).wait();
  CHECK(refused.exit_code == 3);
  CHECK(refused.err.find("more than a tenth") != std::string::npos);
  CHECK(refused.err.find("100000x100000.bmp: ") != std::string::npos);
  CHECK(refused.err.find("--allow-broken") != std::string::npos);
  CHECK_FALSE(fs::exists(folder / "run"));

  const test::ProgramResult trained = start(folder, {"--allow-broken"}).wait();
  CAPTURE(trained.err);
  REQUIRE(trained.exit_code == 0);
  CHECK(fs::file_size(folder / "run/report.html") > 0);
  std::map<std::string, Json> listed;
  for (const Json& one : parse_json(read_text_file(folder / "run/skipped.json"), "skipped.json"))
    listed[fs::path(one.at("path").get<std::string>()).filename()] = one;
  size_t expected_lines = 0;
  for (const auto& [name, expected] : hostile.expected()) {
    if (expected.fate == test::Fate::whole && expected.says.empty()) continue;
    ++expected_lines;
    CAPTURE(name);
    REQUIRE(listed.contains(name));
    CHECK(listed.at(name).at("used") == (expected.fate != test::Fate::skipped));
    CHECK(listed.at(name).at("reason").get<std::string>().find(expected.says) != std::string::npos);
  }
  CHECK(listed.size() == expected_lines);
}

TEST_CASE("pictures that are deleted while a training runs do not stop it") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder / "data", {"cats", "dogs"});
  test::Program program = start(folder, {"--epochs", "200"});
  REQUIRE(program.wait_for_error_text("epoch   1/200"));
  fs::remove_all(folder / "data");
  const test::ProgramResult trained = program.wait();
  CAPTURE(trained.err);
  CHECK(trained.exit_code == 0);
  CHECK(fs::file_size(folder / "run/report.html") > 0);
}
