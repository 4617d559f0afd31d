// The programs of examples/, run as they are.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "margay/model/model.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"

using namespace margay;

namespace {

test::ProgramResult run(const test::TemporaryFolder& folder, std::vector<std::string> words) {
  words[0] = std::string(MARGAY_EXAMPLES) + "/example_" + words[0];
  return test::Program(folder.path(), words).wait();
}

}  // namespace

TEST_CASE("examples: a network made with the Builder is trained and its model answers") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder / "pets", {"cats", "dogs", "mice"}, 12, 4, 32);
  const test::ProgramResult trained = run(folder, {"own_network", "pets", "own.safetensors", "2"});
  CAPTURE(trained.err);
  REQUIRE(trained.exit_code == 0);
  CHECK(trained.out.find("after 2 epochs") != std::string::npos);
  const model::Model model = model::load_model(folder / "own.safetensors");
  CHECK(model.graph.input_shape() == graph::Shape{3, 64, 64});
  CHECK(model.graph.nodes()[3].op == "leaky_relu");
  CHECK(model.classes.size() == 3);
  const test::ProgramResult answer = run(folder, {"predict", "own.safetensors", "pets/train/cats/0.png"});
  CHECK(answer.out.find(" %") != std::string::npos);
  const test::ProgramResult in_c = run(folder, {"predict_c", "own.safetensors", "pets/train/cats/0.png"});
  CHECK(in_c.exit_code == 0);
  CHECK(in_c.out.find("% mice") != std::string::npos);
  CHECK(run(folder, {"predict_c", "own.safetensors", "nowhere.png"}).exit_code == 6);
}

TEST_CASE("examples: pictures in memory are learned and one more is answered") {
  const test::TemporaryFolder folder;
  const test::ProgramResult result = run(folder, {"from_memory", "5"});
  CAPTURE(result.err);
  CAPTURE(result.out);
  REQUIRE(result.exit_code == 0);
  CHECK(result.out.find("\nupright, ") != std::string::npos);
}

TEST_CASE("examples: a recipe is trained on a folder, plainly and with a loss of one's own") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder / "pets", {"cats", "dogs"}, 12, 4, 32);
  CHECK(run(folder, {"train", "pets", "model.safetensors", "article", "1"}).exit_code == 0);
  CHECK(run(folder, {"cost_sensitive", "pets", "costly.safetensors", "5"}).exit_code == 0);
  for (const char* name : {"model.safetensors", "costly.safetensors"})
    CHECK(model::load_model(folder / name).classes == std::vector<std::string>{"cats", "dogs"});
  CHECK(run(folder, {"cost_sensitive", "pets", "costly.safetensors", "much"}).exit_code == 2);
  const test::ProgramResult refused = run(folder, {"train", "pets", "other.safetensors", "article", "many"});
  CHECK(refused.exit_code == 2);
  CHECK(refused.err.find("epochs") != std::string::npos);
}

TEST_CASE("examples: a model answers about a camera's pixels, and from many threads") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder / "pets", {"cats", "dogs"}, 8, 4, 64);
  const test::ProgramResult trained = run(folder, {"custom_layer", "pets", "model.safetensors", "2"});
  CAPTURE(trained.err);
  REQUIRE(trained.exit_code == 0);
  const test::ProgramResult camera = run(folder, {"camera_buffer", "model.safetensors"});
  CHECK(camera.exit_code == 0);
  CHECK(camera.out.find(" %") != std::string::npos);

  std::vector<std::string> words{"many_threads", "model.safetensors", "missing.png"};
  for (int i = 0; i < 8; ++i) words.push_back("pets/train/dogs/" + std::to_string(i) + ".png");
  const test::ProgramResult threads = run(folder, words);
  CHECK(threads.exit_code == 0);
  CHECK(std::ranges::count(threads.out, '\n') == 9);
  CHECK(threads.out.starts_with("missing.png: ["));
}

TEST_CASE("examples: a data set, an augmentation and a layer of one's own take part in a training") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder / "pets", {"cats", "dogs"}, 12, 4, 64);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"custom_dataset", "2"},
        {"custom_augmentation", "pets", "scratched.safetensors", "2"}}) {
    const test::ProgramResult result = run(folder, words);
    CAPTURE(result.err);
    CHECK(result.exit_code == 0);
    CHECK(result.out.find("accuracy ") != std::string::npos);
  }
  CHECK(model::load_model(folder / "scratched.safetensors").classes.size() == 2);
}

TEST_CASE("examples: every picture is checked once in a cross-validation") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder / "pets", {"cats", "dogs"}, 12, 4, 64);
  const test::ProgramResult result = run(folder, {"cross_validation", "pets", "4", "1"});
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  CHECK(result.out.find("fold 4: ") != std::string::npos);
  CHECK(result.out.find(" of 8 pictures") != std::string::npos);
  CHECK(result.out.find("standard deviation") != std::string::npos);
}

TEST_CASE("examples: each is a page") {
  size_t found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(MARGAY_EXAMPLE_SOURCES)) {
    if (entry.path().extension() != ".cpp") continue;
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    CAPTURE(entry.path().string());
    CHECK(std::ranges::count(text, '\n') < 60);
    ++found;
  }
  CHECK(found == 11);
}
