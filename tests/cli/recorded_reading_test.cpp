// What a run remembers of how its data were read: commands that are advised later are about the same
// pictures.
#include <fmt/format.h>

#include "margay/core/json.h"
#include "margay/recipe/recipe.h"
#include "tests/support/old_checkpoint.h"
#include "tests/support/pets_place.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

using Place = test::PetsPlace;
using Words = std::vector<std::string>;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// "t.csv" of pictures in the folder "store" without ending, with columns of other names.
void make_table(const Place& place) {
  std::string table = "id,kind,breed\n";
  for (const char* label : {"cats", "dogs"})
    for (int i = 0; i < 24; ++i) table += fmt::format("{0}/{1},x,{0}\n", label, i);
  fs::rename(place / "pets/train", place / "store");
  write_file_atomically(place / "t.csv", std::string_view(table));
}

const Words kReading{"--path-column", "id", "--label-column", "breed", "--root", "store", "--suffix", ".png"};

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// What the commands have that are advised about the run of kReading.
std::string advised(const Place& place) {
  return fmt::format("--path-column id --label-column breed --root {} --suffix .png",
                     (fs::canonical(place / "store")).string());
}

}  // namespace

TEST_CASE("a run remembers how its table was read, for all that is advised when it goes on") {
  const Place place;
  make_table(place);
  const test::ProgramResult first = place.run(with({"train", "t.csv", "--recipe", "small.toml", "--out",
                                                    "run", "--split-seed", "3", "--validation", "0.25"},
                                                   kReading));
  CAPTURE(first.err);
  REQUIRE(first.exit_code == 0);
  const Json source = recipe::parse_toml(read_text_file(place / "run/config.toml"), "config")["source"];
  CHECK(source["split_seed"] == 3);
  CHECK(source["reading"]["label_column"] == "breed");
  CHECK(source["reading"]["validation"] == 0.25);
  CHECK(fs::path(source["reading"]["root"].get<std::string>()).is_absolute());
  CHECK(has(first.err, advised(place) + " --validation 0.25 --split-seed 3"));

  const test::ProgramResult resumed = place.run({"train", "--resume", "run", "--epochs", "4"});
  CAPTURE(resumed.err);
  REQUIRE(resumed.exit_code == 0);
  CHECK(has(resumed.err, advised(place) + " --validation 0.25 --split-seed 3"));
  CHECK(has(read_text_file(place / "run/report.html"), "--label-column breed"));

  // Its recipe is one for other data too.
  const test::ProgramResult other =
      place.run({"train", "run/manifest.csv", "--recipe", "run/config.toml", "--out", "other"});
  CAPTURE(other.err);
  CHECK(other.exit_code == 0);
  CHECK_FALSE(has(read_text_file(place / "other/config.toml"), "breed"));

  // What is new is looked for in the table as it was read; what is gone is named with the way to begin anew.
  fs::copy_file(place / "pets/validation/cats/0.png", place / "store/cats/new.png");
  write_file_atomically(place / "t.csv", read_text_file(place / "t.csv") + "cats/new,x,cats\n");
  const test::ProgramResult refused = place.run({"train", "--resume", "run", "--epochs", "5"});
  CAPTURE(refused.err);
  CHECK(refused.exit_code == 3);
  CHECK(has(refused.err, "1 new ("));
  CHECK(has(refused.err, advised(place) + " --validation 0.25 --split-seed 3 --recipe "));
}

TEST_CASE("a run goes on with the limit of megapixels that it began with") {
  const Place place;
  // Pictures of 16 x 16 are 0.000256 megapixels: this limit leaves none out, and has to be said again.
  const test::ProgramResult first =
      place.run({"train", "pets", "--recipe", "small.toml", "--out", "run", "--max-megapixels", "0.0003"});
  CAPTURE(first.err);
  REQUIRE(first.exit_code == 0);
  CHECK(has(first.err, "manifest.csv --max-megapixels 0.0003 --split validation"));
  CHECK(place.run({"train", "--resume", "run", "--epochs", "4"}).exit_code == 0);
  const test::ProgramResult all_learned = place.run({"evaluate", "run", "pets", "--split", "train"});
  CHECK(has(all_learned.err, "manifest.csv --max-megapixels 0.0003 --split validation"));
  CHECK(has(read_text_file(place / "run/report.html"), "--max-megapixels 0.0003"));
}

TEST_CASE("a story holds other pictures back, reads its data as it was told, and notices what has changed") {
  const Place place;
  make_table(place);
  const auto tell = [&](const Words& more) {
    return place.run(with(with({"story", "t.csv", "--epochs", "1", "--size", "24"}, kReading), more));
  };
  // The end of a picture is missing: it is used in part, and named.
  const fs::path part = place / "store/cats/0.png";
  const std::string bytes = read_text_file(part);
  write_file_atomically(part, std::string_view(bytes).substr(0, bytes.size() - 20));
  const test::ProgramResult first = tell({"--split-seed", "5"});
  CAPTURE(first.err);
  REQUIRE(first.exit_code == 0);
  CHECK(has(first.err, "cats/0.png"));
  const std::string page = read_text_file(place / "story/story.html");
  CHECK(has(page, advised(place) + " --split-seed 5 --recipe article"));
  CHECK(has(page, "cats/0.png"));
  CHECK(has(read_text_file(place / "story/article/report.html"), "--label-column breed"));
  CHECK(tell({"--split-seed", "5"}).exit_code == 0);
  const test::ProgramResult other_split = tell({});
  CHECK(other_split.exit_code == 2);
  CHECK(has(other_split.err, "source.split_seed"));

  // Nothing is left to train, but a picture has another class now.
  std::string table = read_text_file(place / "t.csv");
  table.replace(table.find("x,cats"), 6, "x,dogs");
  write_file_atomically(place / "t.csv", std::string_view(table));
  const test::ProgramResult relabelled = tell({"--split-seed", "5"});
  CAPTURE(relabelled.err);
  CHECK(relabelled.exit_code == 3);
  CHECK(has(relabelled.err, "in another class or split ("));
  CHECK(has(relabelled.err, "tell the story anew in another folder with --out"));
}

TEST_CASE("a network that was trained before a rule came goes on, and a new one is refused") {
  const Place place;
  write_file_atomically(place / "old.toml", std::string_view(R"(
input = { width = 16, height = 16 }
network.layers = [ { op = "conv2d", out_channels = 1, kernel = 3 }, { op = "leaky_relu" }, { op = "global_avg_pool2d" } ]
training = { epochs = 1, batch_size = 10, threads = 1 }
)"));
  const test::ProgramResult first = place.run({"train", "pets", "--recipe", "old.toml", "--out", "run"});
  CAPTURE(first.err);
  REQUIRE(first.exit_code == 0);
  // A rectifier has no weights either: so the run looks that an earlier version made.
  std::string config = read_text_file(place / "run/config.toml");
  const size_t at = config.find("leaky_relu");
  REQUIRE(at != std::string::npos);
  config.erase(at, std::string_view("leaky_").size());
  write_file_atomically(place / "run/config.toml", std::string_view(config));
  test::forget_settings(place / "run");
  const test::ProgramResult resumed = place.run({"train", "--resume", "run", "--epochs", "2"});
  CAPTURE(resumed.err);
  CHECK(resumed.exit_code == 0);
  CHECK(place.run({"evaluate", "run", "pets"}).exit_code == 0);
  CHECK(place.run({"predict", "run", "pets/validation/cats/0.png"}).exit_code == 0);
  const test::ProgramResult anew =
      place.run({"train", "pets", "--recipe", "run/config.toml", "--out", "other"});
  CHECK(anew.exit_code != 0);
  CHECK(has(anew.err, "takes the sign from the one logit"));
}
