// What is measured of a run on folders that no training would take.
#include "margay/core/json.h"
#include "tests/support/pets_place.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

using Place = test::PetsPlace;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void train(const Place& place, const std::string& data, const std::string& run) {
  const test::ProgramResult result =
      place.run({"train", data, "--recipe", "small.toml", "--epochs", "1", "--out", run});
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
}

}  // namespace

TEST_CASE("a run is measured on pictures of some of its classes, and what those cannot tell is left out") {
  const Place place;
  test::write_tiny_dataset(place / "three", {"ants", "bees", "cats"}, 6, 4);
  train(place, "three", "run");
  fs::create_directories(place / "some");
  for (const char* name : {"ants", "bees"})
    fs::rename(place / "three/validation" / name, place / "some" / name);
  const test::ProgramResult two = place.run({"evaluate", "run", "some"});
  CAPTURE(two.err);
  CHECK(two.exit_code == 0);
  CHECK(has(two.out, "There are no pictures of 'cats': the figures are those of the other classes."));
  CHECK_FALSE(has(two.err, "warning"));

  fs::rename(place / "some/bees", place / "bees");
  const test::ProgramResult one = place.run({"evaluate", "run", "some", "--html", "one.html"});
  CAPTURE(one.err);
  CHECK(one.exit_code == 0);
  CHECK(has(one.out, "All of the pictures show 'ants': the accuracy is the recall of that class"));
  CHECK(fs::exists(place / "one.html"));
  const test::ProgramResult chinese =
      place.run({"evaluate", "run", "some", "--html", "one.html", "--overwrite", "--language", "zh"});
  CAPTURE(chinese.err);
  CHECK(chinese.exit_code == 0);
  CHECK(has(chinese.out, "All of the pictures show 'ants'"));
  const std::string page = read_text_file(place / "one.html");
  CHECK(has(page, "<html lang=\"zh-CN\">"));
  CHECK(has(page, "所有图片都属于类别 &#39;ants&#39;"));
  const Json json = parse_json(place.run({"evaluate", "run", "some", "--json"}).out, "evaluation");
  CHECK(json["classes"][0]["recall"] == json["accuracy"]);
  for (int k = 0; k < 3; ++k) CHECK(json["classes"][k]["precision"].is_null());

  fs::rename(place / "some/ants", place / "some/zebras");
  const test::ProgramResult unknown = place.run({"evaluate", "run", "some"});
  CHECK(unknown.exit_code == 3);
  CHECK(has(unknown.err, "the model does not know the classes zebras"));
}

TEST_CASE("evaluate warns of nothing that concerns trainings alone") {
  const Place place;
  train(place, "pets", "run");
  // A split to train on without one to check with, and a class that lacks pictures in a split.
  fs::create_directories(place / "more/train");
  for (const char* name : {"cats", "dogs"})
    fs::rename(place / "pets/validation" / name, place / "more/train" / name);
  fs::create_directories(place / "more/test");
  fs::rename(place / "more/train/dogs", place / "more/test/dogs");
  for (const char* split : {"train", "test"}) {
    const test::ProgramResult result = place.run({"evaluate", "run", "more", "--split", split});
    CAPTURE(result.err);
    CHECK(result.exit_code == 0);
    CHECK_FALSE(has(result.err, "warning"));
  }
}
