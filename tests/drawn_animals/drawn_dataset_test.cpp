// Whole drawn sets: layout, index, the same bytes on any number of threads, and what is refused.
#include "margay/drawn_animals/drawn_dataset.h"

#include <doctest/doctest.h>

#include <map>
#include <string>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/json.h"
#include "margay/data/dataset.h"
#include "margay/image/decode.h"
#include "tests/support/temporary_folder.h"

namespace margay::drawn_animals {
namespace {

namespace fs = std::filesystem;

DrawnDatasetOptions small_options(int threads = 1) {
  DrawnDatasetOptions options;
  options.count = 13;
  options.seed = 4;
  options.threads = threads;
  return options;
}

std::map<std::string, std::string> contents(const fs::path& root) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(root))
    if (entry.is_regular_file())
      files[fs::relative(entry.path(), root).string()] = read_text_file(entry.path());
  return files;
}

TEST_CASE("a drawn set is a data set with two thirds to train on") {
  const test::TemporaryFolder folder;
  CHECK(draw_dataset(folder / "set", small_options()));
  const data::Dataset dataset = data::Dataset::open(folder / "set");
  CHECK(dataset.classes == std::vector<std::string>{"cats", "dogs"});
  CHECK(dataset.split("train").samples.size() == 9);
  CHECK(dataset.split("validation").samples.size() == 4);
  CHECK(fs::exists(folder / "set/train/cats/cat.0.jpg"));
  CHECK(fs::exists(folder / "set/validation/dogs/dog.5.jpg"));
}

TEST_CASE("the same options give the same bytes on any number of threads") {
  const test::TemporaryFolder folder;
  draw_dataset(folder / "one", small_options(1));
  draw_dataset(folder / "four", small_options(4));
  const auto one = contents(folder / "one");
  CHECK(one.size() == 14);
  CHECK(one == contents(folder / "four"));
}

TEST_CASE("the order of the classes does not change the set") {
  const test::TemporaryFolder folder;
  DrawnDatasetOptions options = small_options();
  draw_dataset(folder / "set", options);
  options.classes = {"dogs", "cats"};
  CHECK_FALSE(draw_dataset(folder / "set", options));
}

TEST_CASE("the index tells size and box of every picture") {
  const test::TemporaryFolder folder;
  DrawnDatasetOptions options = small_options(2);
  options.classes = {"fish", "bears", "giraffes"};
  draw_dataset(folder / "set", options);
  const Json index = parse_json(read_text_file(folder / "set/animals.json"), "animals.json");
  CHECK(index["seed"] == 4);
  REQUIRE(index["pictures"].size() == 13);
  for (const Json& entry : index["pictures"]) {
    const std::string file = entry["file"];
    CAPTURE(file);
    const image::Image picture = image::decode_file(folder / "set" / file);
    CHECK(entry["width"] == picture.width);
    CHECK(entry["height"] == picture.height);
    CHECK(file.find(entry["class"].get<std::string>()) != std::string::npos);
    CHECK(entry["seed"] == 4);
    const std::vector<int> box = entry["box"];
    REQUIRE(box.size() == 4);
    CHECK(box[0] >= 0);
    CHECK(box[1] >= 0);
    CHECK(box[0] + box[2] <= picture.width);
    CHECK(box[1] + box[3] <= picture.height);
  }
}

TEST_CASE("pictures of a given size are squares and the index says so") {
  const test::TemporaryFolder folder;
  DrawnDatasetOptions options = small_options(2);
  options.size = 48;
  CHECK(draw_dataset(folder / "set", options));
  CHECK_FALSE(draw_dataset(folder / "set", options));
  options.threads = 1;
  draw_dataset(folder / "again", options);
  CHECK(contents(folder / "set") == contents(folder / "again"));
  const Json index = parse_json(read_text_file(folder / "set/animals.json"), "animals.json");
  CHECK(index["size"] == 48);
  for (const Json& entry : index["pictures"]) {
    const image::Image picture = image::decode_file(folder / "set" / entry["file"].get<std::string>());
    CHECK(picture.width == 48);
    CHECK(picture.height == 48);
    const std::vector<int> box = entry["box"];
    CHECK(box[2] >= 10);
    CHECK(box[3] >= 10);
    CHECK(box[0] + box[2] <= 48);
    CHECK(box[1] + box[3] <= 48);
  }
}

TEST_CASE("drawing again says that it is done") {
  const test::TemporaryFolder folder;
  fs::create_directory(folder / "set");  // an empty folder is welcome
  CHECK(draw_dataset(folder / "set", small_options()));
  const auto before = fs::last_write_time(folder / "set/animals.json");
  CHECK_FALSE(draw_dataset(folder / "set", small_options(4)));
  CHECK(fs::last_write_time(folder / "set/animals.json") == before);
}

TEST_CASE("a folder with anything else in it is refused and left alone") {
  const test::TemporaryFolder folder;
  write_file_atomically(folder / "note.txt", std::string_view("mine"));
  CHECK_THROWS_WITH_AS(draw_dataset(folder.path(), small_options()), doctest::Contains("not empty"), IoError);
  CHECK_THROWS_AS(draw_dataset(folder / "note.txt", small_options()), IoError);
  CHECK(read_text_file(folder / "note.txt") == "mine");
}

TEST_CASE("another or a damaged drawn set is refused") {
  const test::TemporaryFolder folder;
  draw_dataset(folder / "set", small_options());
  DrawnDatasetOptions other = small_options();
  other.seed = 5;
  CHECK_THROWS_WITH_AS(draw_dataset(folder / "set", other), doctest::Contains("another value of seed"),
                       IoError);
  other = small_options();
  other.count = 14;
  CHECK_THROWS_WITH_AS(draw_dataset(folder / "set", other), doctest::Contains("another value of count"),
                       IoError);
  other = small_options();
  other.size = 64;
  CHECK_THROWS_WITH_AS(draw_dataset(folder / "set", other), doctest::Contains("another value of size"),
                       IoError);
  fs::remove(folder / "set/train/cats/cat.0.jpg");
  CHECK_THROWS_WITH_AS(draw_dataset(folder / "set", small_options()), doctest::Contains("cat.0.jpg"),
                       IoError);
}

TEST_CASE("malformed indexes are errors") {
  for (const char* text : {"", "{", "[]", "null", "{\"generator\": 3}", "\xFF"}) {
    CAPTURE(text);
    const test::TemporaryFolder folder;
    write_file_atomically(folder / "animals.json", std::string_view(text));
    CHECK_THROWS_AS(draw_dataset(folder.path(), small_options()), Error);
  }
}

TEST_CASE("a stopped drawing leaves nothing behind") {
  const test::TemporaryFolder folder;
  std::stop_source stop;
  const auto stop_soon = [&stop](const Progress& progress) {
    if (progress.done == 3) stop.request_stop();
  };
  CHECK_THROWS_AS(draw_dataset(folder / "set", small_options(2), stop_soon, stop.get_token()), Interrupted);
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("a place that cannot be one is refused with what it is") {
  const test::TemporaryFolder folder;
  fs::create_symlink("loop", folder / "loop");
  CHECK_THROWS_WITH_AS(draw_dataset(folder / "loop/self", small_options(1)), doctest::Contains("loop/self: "),
                       IoError);
  write_file_atomically(folder / "file", std::string_view("x"));
  CHECK_THROWS_WITH_AS(draw_dataset(folder / "file", small_options(1)), doctest::Contains("is no folder"),
                       IoError);
  CHECK_THROWS_AS(draw_dataset("", small_options(1)), IoError);
}

TEST_CASE("options that make no sense are refused") {
  const auto refused = [](auto change) {
    DrawnDatasetOptions options;
    change(options);
    CHECK_THROWS_AS(options.validate(), UsageError);
  };
  refused([](auto& o) { o.classes.clear(); });
  refused([](auto& o) { o.classes = {"cats", "unicorns"}; });
  refused([](auto& o) { o.classes = {"cats", "cats"}; });
  refused([](auto& o) { o.classes = {"../cats"}; });
  refused([](auto& o) { o.count = 5; });
  refused([](auto& o) { o.count = -1; });
  refused([](auto& o) { o.count = 1'000'001; });
  refused([](auto& o) { o.threads = -1; });
  refused([](auto& o) { o.size = 15; });
  refused([](auto& o) { o.size = 2049; });
  refused([](auto& o) { o.size = -64; });
  CHECK_NOTHROW(DrawnDatasetOptions{}.validate());
}

TEST_CASE("a misspelt kind is answered with the nearest") {
  DrawnDatasetOptions options;
  options.classes = {"cats", "dgos"};
  CHECK_THROWS_WITH_AS(options.validate(), doctest::Contains("did you mean 'dogs'"), UsageError);
}

}  // namespace
}  // namespace margay::drawn_animals
