// The programs of examples/, run as they are.
#include <doctest/doctest.h>

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
  CHECK(run(folder, {"custom_training", "pets", "costly.safetensors", "5"}).exit_code == 0);
  for (const char* name : {"model.safetensors", "costly.safetensors"})
    CHECK(model::load_model(folder / name).classes == std::vector<std::string>{"cats", "dogs"});
}
