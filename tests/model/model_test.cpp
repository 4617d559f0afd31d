// Model files: what is saved comes back, what does not fit is refused.
#include "margay/model/model.h"

#include <doctest/doctest.h>

#include <fstream>
#include <limits>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/graph/builder.h"
#include "margay/model/safetensors.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::model;

namespace {

Model small_model(int64_t outputs = 1) {
  Model model;
  model.graph = graph::Builder({3, 6, 8})
                    .conv2d(4, 3)
                    .batch_norm2d()
                    .relu()
                    .tap("features")
                    .global_avg_pool2d()
                    .linear(outputs)
                    .build();
  model.weights = graph::initialize(model.graph, graph::Initializer::glorot_uniform, 1);
  model.classes = {"cats", "dogs"};
  model.preprocess.width = 8;
  model.preprocess.height = 6;
  model.preprocess.fit = image::ResizeMode::crop;
  model.preprocess.mean = {0.485, 0.456, 0.406};
  model.provenance = {{"recipe", "article"}, {"epoch", 15}};
  return model;
}

void say_in_preprocess(SafeTensors& file, const char* key, const Json& value) {
  std::string& text = file.metadata["margay.preprocess"];
  Json spec = Json::parse(text);
  spec[key] = value;
  text = spec.dump();
}

std::string refusal(const std::filesystem::path& path) {
  try {
    load_model(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a model comes back as it was saved") {
  const test::TemporaryFolder folder;
  const Model model = small_model();
  save_model(folder / "model.safetensors", model);
  const Model loaded = load_model(folder / "model.safetensors");
  CHECK(loaded.graph == model.graph);
  CHECK(loaded.weights == model.weights);
  CHECK(loaded.classes == model.classes);
  CHECK(loaded.preprocess == model.preprocess);
  CHECK(loaded.provenance == model.provenance);
}

TEST_CASE("the tensors of a model file have the names of the parameters") {
  const test::TemporaryFolder folder;
  save_model(folder / "m", small_model());
  const SafeTensors file = read_safetensors(folder / "m");
  CHECK(file.tensors.size() == 8);
  CHECK(file.tensors.at("conv1.weight").shape == graph::Shape{4, 3, 3, 3});
  CHECK(file.metadata.at("margay.format") == "1");
  CHECK(file.metadata.at("margay.classes") == R"(["cats","dogs"])");
}

TEST_CASE("a file is found directly and in a run directory") {
  const test::TemporaryFolder folder;
  save_model(folder / "model.safetensors", small_model());
  CHECK(find_model_file(folder / "model.safetensors") == folder / "model.safetensors");
  CHECK(find_model_file(folder.path()) == folder / "model.safetensors");
  CHECK_THROWS_WITH_AS(find_model_file(folder / "missing"),
                       doctest::Contains("there is no such run directory or model file"), IoError);
  std::filesystem::create_directory(folder / "empty");
  CHECK_THROWS_WITH_AS(find_model_file(folder / "empty"), doctest::Contains("it holds no model.safetensors"),
                       UsageError);
  write_file_atomically(folder / "empty/config.toml", std::string_view());
  CHECK_THROWS_WITH_AS(find_model_file(folder / "empty"),
                       doctest::Contains("it is a run whose training has not come to a model"), UsageError);
}

TEST_CASE("models whose parts do not fit are not saved") {
  const test::TemporaryFolder folder;
  struct Bad {
    std::function<void(Model&)> change;
    const char* expected;
  };
  const std::vector<Bad> table{
      {[](Model& m) { m.classes = {"cats"}; }, "at least 2 classes, it has 1"},
      {[](Model& m) {
         m.classes = {"cats", "cats"};
       },
       "two classes are named 'cats'"},
      {[](Model& m) {
         m.classes = {"cats", ""};
       },
       "a class has no name"},
      {[](Model& m) {
         m.classes = {"a", "b", "c"};
       },
       "the network gives 1, which does not fit 3 classes"},
      {[](Model& m) {
         m.classes = {"cats", "\xff"};
       },
       "a name in the model is not UTF-8"},
      {[](Model& m) { m.preprocess.width = 9; },
       "the network takes 3 x 6 x 8, preprocessing makes 3 x 6 x 9"},
      {[](Model& m) { m.weights.erase("conv1.bias"); }, "missing parameters: conv1.bias"},
      {[](Model& m) { m.weights.at("conv1.bias").values[0] = std::numeric_limits<float>::quiet_NaN(); },
       "conv1.bias has values that are infinite or NaN"},
  };
  for (const Bad& bad : table) {
    Model model = small_model();
    bad.change(model);
    CHECK_THROWS_WITH_AS(save_model(folder / "m", model), doctest::Contains(bad.expected), ModelError);
    CHECK_FALSE(std::filesystem::exists(folder / "m"));
  }
  CHECK_NOTHROW(small_model(2).validate("test"));
}

TEST_CASE("damaged model files are refused") {
  const test::TemporaryFolder folder;
  const auto path = folder / "m";
  save_model(path, small_model());
  const SafeTensors good = read_safetensors(path);
  struct Bad {
    std::function<void(SafeTensors&)> change;
    const char* expected;
  };
  const std::vector<Bad> table{
      {[](SafeTensors& f) { f.metadata.clear(); },
       "its metadata have no 'margay.format'. Hint: it is no model of margay"},
      {[](SafeTensors& f) { f.metadata["margay.format"] = "2"; },
       "it has model format 2, this margay reads up to 1. Hint: it was written by a newer"},
      {[](SafeTensors& f) { f.metadata["margay.format"] = "one"; },
       "'margay.format' is 'one', not a version"},
      {[](SafeTensors& f) { f.metadata["margay.format"] = "1x"; }, "not a version"},
      {[](SafeTensors& f) { f.metadata["margay.format"] = "0"; }, "not a version"},
      {[](SafeTensors& f) { f.metadata.erase("margay.graph"); }, "no 'margay.graph'"},
      {[](SafeTensors& f) { f.metadata["margay.graph"] = "{"; }, "margay.graph] not valid JSON"},
      {[](SafeTensors& f) { f.metadata["margay.graph"] = "{}"; }, "the network has no 'input'"},
      {[](SafeTensors& f) { f.metadata["margay.classes"] = "{}"; }, "'margay.classes' is not a list"},
      {[](SafeTensors& f) { f.metadata["margay.classes"] = "[1, 2]"; },
       "'margay.classes' holds 1, which is not a text"},
      {[](SafeTensors& f) { f.metadata["margay.classes"] = R"(["a", "b", "c"])"; }, "does not fit 3 classes"},
      {[](SafeTensors& f) { f.metadata.erase("margay.preprocess"); }, "no 'margay.preprocess'"},
      {[](SafeTensors& f) { f.metadata["margay.preprocess"] = "[]"; }, ""},
      {[](SafeTensors& f) {
         say_in_preprocess(f, "std", Json::array({0, 1, 1}));
       },
       "std is 0, expected numbers above 0"},
      {[](SafeTensors& f) { say_in_preprocess(f, "fit", "Crop"); }, "did you mean 'crop'?"},
      {[](SafeTensors& f) { say_in_preprocess(f, "resize", -5); }, "resize is -5"},
      {[](SafeTensors& f) { f.metadata["margay.provenance"] = "yes"; }, "margay.provenance] not valid JSON"},
      {[](SafeTensors& f) { f.tensors.erase("conv1.weight"); }, "missing parameters: conv1.weight"},
      {[](SafeTensors& f) { f.tensors["more"] = f.tensors["conv1.bias"]; }, "does not have: more"},
      {[](SafeTensors& f) {
         f.tensors["conv1.bias"].shape = {2, 2};
       },
       "conv1.bias is 2 x 2, expected 4"},
  };
  for (const Bad& bad : table) {
    SafeTensors changed = good;
    bad.change(changed);
    write_safetensors(path, changed);
    const std::string message = refusal(path);
    CAPTURE(bad.expected);
    CAPTURE(message);
    CHECK(message.find(path.string()) != std::string::npos);
    CHECK(message.find(bad.expected) != std::string::npos);
  }
}

TEST_CASE("tensors that later versions add are left alone") {
  const test::TemporaryFolder folder;
  save_model(folder / "m", small_model());
  SafeTensors file = read_safetensors(folder / "m");
  file.tensors["margay.golden.pictures"] = file.tensors["conv1.bias"];
  write_safetensors(folder / "m", file);
  CHECK(load_model(folder / "m").weights == small_model().weights);
}

TEST_CASE("weights in half precision are read as float") {
  const test::TemporaryFolder folder;
  save_model(folder / "m", small_model());
  SafeTensors file = read_safetensors(folder / "m");
  file.tensors["conv1.bias"] = {DType::bf16, {4}, {0x80, 0x3f, 0, 0xc0, 0, 0, 0x80, 0x3f}};
  write_safetensors(folder / "m", file);
  CHECK(load_model(folder / "m").weights.at("conv1.bias").values == std::vector<float>{1, -2, 0, 1});
}
