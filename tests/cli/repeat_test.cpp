// The command of "How to repeat it" makes the same weights, byte for byte, whatever the run was made with.
#include <cstdlib>
#include <sstream>

#include "margay/model/safetensors.h"
#include "margay/recipe/recipe.h"
#include "tests/support/assets.h"
#include "tests/support/pets_place.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

using Place = test::PetsPlace;

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
    text.replace(at, from.size(), to);
}

/// The words of the command in the last section of the page; no word has spaces or quotes in it.
std::vector<std::string> repeat_command(const fs::path& page) {
  const std::string html = read_text_file(page);
  const size_t section = html.rfind("How to repeat it"), begin = html.find("margay train", section);
  REQUIRE(begin != html.npos);
  std::string command = html.substr(begin, html.find('<', begin) - begin);
  for (const auto& [entity, letter] : {std::pair("&amp;", "&"), {"&#39;", "'"}, {"&quot;", "\""}})
    replace_all(command, entity, letter);
  std::vector<std::string> words;
  std::istringstream in(command);
  for (std::string word; in >> word;) words.push_back(word);
  words.erase(words.begin());  // margay itself
  return words;
}

void check_same_weights(const fs::path& a, const fs::path& b) {
  const bool same = model::read_safetensors(a / "model.safetensors").tensors ==
                    model::read_safetensors(b / "model.safetensors").tensors;
  CHECK(same);
}

void check_repeats(const Place& place, std::vector<std::string> words) {
  words.insert(words.begin(), "train");
  words.insert(words.end(), {"--out", "run", "--threads", "1"});
  const test::ProgramResult first = place.run(words);
  CAPTURE(first.err);
  REQUIRE(first.exit_code == 0);
  const test::ProgramResult again = place.run(repeat_command(place / "run/report.html"));
  CAPTURE(again.err);
  REQUIRE(again.exit_code == 0);
  check_same_weights(place / "run", place / "run-again");
  // And the repetition repeats itself.
  const test::ProgramResult third = place.run(repeat_command(place / "run-again/report.html"));
  CAPTURE(third.err);
  REQUIRE(third.exit_code == 0);
  check_same_weights(place / "run", place / "run-again-again");
}

}  // namespace

TEST_CASE("runs of recipes that begin with nothing repeat") {
  for (const recipe::EmbeddedRecipe& recipe : recipe::embedded_recipes()) {
    if (!recipe::load_recipe(recipe.name).network.weights.empty()) continue;
    CAPTURE(recipe.name);
    const Place place;
    std::vector<std::string> words{"pets",
                                   "--recipe",
                                   std::string(recipe.name),
                                   "--epochs",
                                   "2",
                                   "--set",
                                   "input.width=32",
                                   "--set",
                                   "input.height=32",
                                   "--set",
                                   "training.batch_size=16"};
    if (!recipe::load_recipe(recipe.name).schedule.sizes.empty())
      words.insert(words.end(), {"--set", "schedule.sizes=[24, 32]", "--set", "schedule.size_shares=[]"});
    check_repeats(place, words);
  }
}

TEST_CASE("a run with a budget of time repeats without a clock") {
  const Place place;
  check_repeats(place, {"pets", "--recipe", "small.toml", "--budget", "4s", "--set", "schedule.name=cosine",
                        "--set", "schedule.warmup_epochs=1.5"});
  const Json config = recipe::parse_toml(read_text_file(place / "run/config.toml"), "config");
  CHECK(config["recorded_length"]["changes"].size() >= 2);
}

TEST_CASE("a run with pretrained weights and settings over what they ask for repeats") {
  const Place place;
  REQUIRE(place.run({"train", "pets", "--recipe", "small.toml", "--out", "first"}).exit_code == 0);
  check_repeats(
      place, {"pets", "--recipe", "small.toml", "--weights", "first", "--set", "input.mean=[0.4,0.4,0.4]"});
}

TEST_CASE("runs of recipes that begin with published weights repeat") {
  const auto weights = test::find_asset("weights/mobilenet_v2-imagenet.pth");
  if (!weights) return;
  ::setenv("MARGAY_MIRROR", weights->parent_path().c_str(), 1);
  for (const char* recipe : {"transfer", "finetune"}) {
    CAPTURE(recipe);
    const Place place;
    std::vector<std::string> words{"pets",           "--recipe", recipe,           "--set",
                                   "input.width=64", "--set",    "input.height=64"};
    if (std::string(recipe) == "finetune") words.insert(words.end(), {"--epochs", "1"});
    check_repeats(place, words);
  }
}
