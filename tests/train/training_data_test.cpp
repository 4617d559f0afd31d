// Which pictures a training accepts, and that it needs no file once they are decoded.
#include "margay/train/training_data.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "margay/core/error.h"
#include "margay/recipe/recipe.h"
#include "margay/train/trainer.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

image::Preprocess small_spec() {
  image::Preprocess spec;
  spec.width = spec.height = 8;
  return spec;
}

train::TrainingData load(const fs::path& root, train::ManyBroken broken = train::ManyBroken::refuse) {
  WorkerPool pool(2);
  return train::TrainingData::load(data::Dataset::open(root), small_spec(), pool, {.broken = broken});
}

}  // namespace

TEST_CASE("more than a tenth of broken pictures is refused with the list unless it is allowed") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder.path(), {"blue", "green"}, 8, 2, 8);  // 20 pictures
  const auto breaks = [&](const char* name) {
    write_file_atomically(folder / name, std::string_view("text"));
  };
  breaks("train/blue/0.png");
  breaks("validation/green/1.png");
  CHECK(load(folder.path()).skipped().size() == 2);  // a tenth
  breaks("train/green/3.png");
  CHECK_THROWS_WITH_AS(load(folder.path()), doctest::Contains("3 of the 20 pictures do not decode"),
                       DataError);
  CHECK_THROWS_WITH_AS(load(folder.path()), doctest::Contains("train/green/3.png: "), DataError);
  CHECK_THROWS_WITH_AS(load(folder.path()), doctest::Contains("\nHint: mend them"), DataError);
  CHECK(load(folder.path(), train::ManyBroken::allow).skipped().size() == 3);
}

TEST_CASE("a class without pictures to train on is refused by name") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder.path(), {"blue", "green", "red"}, 3, 2, 8);
  fs::remove_all(folder / "train/red");
  CHECK_THROWS_WITH_AS(load(folder.path()), doctest::Contains("'red' has no pictures to train on"),
                       DataError);
}

TEST_CASE("a class of which no picture decodes is refused by name however many may be broken") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder.path(), {"blue", "green"}, 30, 2, 8);
  for (int i = 1; i < 30; ++i) fs::remove(folder / fmt::format("train/green/{}.png", i));
  write_file_atomically(folder / "train/green/0.png", std::string_view("text"));  // fewer than a tenth
  for (const train::ManyBroken broken : {train::ManyBroken::refuse, train::ManyBroken::allow})
    CHECK_THROWS_WITH_AS(
        load(folder.path(), broken),
        doctest::Contains("the only picture that train has of the class 'green' cannot be used"), DataError);
}

TEST_CASE("a class that is spelled otherwise in validation is named with the one that it looks like") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder.path(), {"blue", "green"}, 3, 2, 8);
  fs::rename(folder / "validation/green", folder / "validation/Green");
  CHECK_THROWS_WITH_AS(load(folder.path()), doctest::Contains("is it the class 'green'? They differ by case"),
                       DataError);
}

TEST_CASE("copies across the splits and classes that do not decode are warned about") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder.path(), {"blue", "green"}, 12, 1, 8);
  CHECK(load(folder.path()).warnings.empty());
  fs::copy_file(folder / "train/blue/3.png", folder / "validation/blue/copy.png");
  write_file_atomically(folder / "validation/green/0.png", std::string_view("text"));
  const std::vector<std::string> warnings = load(folder.path()).warnings;
  REQUIRE(warnings.size() == 2);
  CHECK(warnings[0] == "the only picture that validation has of the class 'green' cannot be used");
  CHECK(warnings[1].find("train/blue/3.png (train) is ") != std::string::npos);
  CHECK(warnings[1].find("validation/blue/copy.png (validation)") != std::string::npos);
}

TEST_CASE("a class that validation lacks is not called broken") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder.path(), {"blue", "green"}, 12, 1, 8);
  fs::remove_all(folder / "validation/green");
  CHECK(data::Dataset::open(folder.path()).warnings ==
        std::vector<std::string>{"the class 'green' is missing from validation"});
  CHECK(load(folder.path()).warnings.empty());
}

TEST_CASE("files that are deleted while a training runs do not matter to it") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder / "data", {"blue", "green"}, 8, 2, 8);
  Json document = recipe::load_document("article");
  recipe::merge_document(document, Json::parse(R"({"input": {"width": 8, "height": 8},
    "network": {"layers": [{"op": "flatten"}, {"op": "linear", "out_features": "classes"}]},
    "training": {"epochs": 3, "batch_size": 4, "threads": 1}})"));
  const auto history_of = [&](bool remove) {
    train::Trainer trainer(recipe::Config::from_document(document, "test"),
                           std::make_shared<train::TrainingData>(load(folder / "data")));
    if (remove) fs::remove_all(folder / "data");
    const train::TrainingResult result = trainer.fit({});
    return result.history.back().loss;
  };
  const double expected = history_of(false);
  CHECK(history_of(true) == expected);
}
