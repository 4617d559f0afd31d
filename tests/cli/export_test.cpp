// margay export.
#include <doctest/doctest.h>

#include <iostream>

#include "margay/core/json.h"
#include "margay/core/output_file.h"
#include "margay/graph/builder.h"
#include "margay/graph/weights.h"
#include "margay/model/model.h"
#include "margay/model/safetensors.h"
#include "tests/support/pets_place.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

using Place = test::PetsPlace;

model::Model small_model() {
  model::Model model;
  model.graph = graph::Builder({3, 16, 16}).conv2d(4, 3).relu().global_avg_pool2d().linear(1).build();
  model.weights = graph::initialize(model.graph, graph::Initializer::he_normal, 1);
  model.classes = {"cats", "dogs"};
  model.preprocess.width = model.preprocess.height = 16;
  return model;
}

/// False in a build without libonnx.
bool writes_onnx() {
  if (fs::exists(std::string(MARGAY_PROGRAM) + "-onnx")) return true;
  std::cout << "SKIPPED: needs the program margay-onnx\n";
  return false;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a run is exported under its name, and again over what margay wrote") {
  if (!writes_onnx()) return;
  const Place place;
  fs::create_directories(place / "runs/small");
  model::save_model(place / "runs/small/model.safetensors", small_model());
  for (int time = 0; time < 2; ++time) {
    const test::ProgramResult result = place.run({"export", "runs/small"});
    CAPTURE(result.err);
    CHECK(result.exit_code == 0);
    CHECK(result.out == "small.onnx\n");
    CHECK(has(result.err, "opset 13"));
    CHECK(has(result.err, "input float32 [batch, 3, 16, 16]"));
  }
  CHECK(is_output_file(place / "small.onnx"));
  const test::ProgramResult pictures = place.run(
      {"export", "runs/small/", "--with-preprocessing", "--opset", "17", "--output", "p.onnx", "--json"});
  CAPTURE(pictures.err);
  const Json said = Json::parse(pictures.out);
  CHECK(said["path"] == "p.onnx");
  CHECK(said["opset"] == 17);
  CHECK(said["bytes"] == fs::file_size(place / "p.onnx"));
  CHECK(said["classes"] == Json({"cats", "dogs"}));
  CHECK(said["input"]["shape"] == Json::parse(R"(["batch", "height", "width", 3])"));
  CHECK(said["output"]["shape"] == Json::parse(R"(["batch", 2])"));
}

TEST_CASE("weights are exported for torchvision, without what is margay's") {
  const Place place;
  const model::Model model = small_model();
  model::save_model(place / "small.safetensors", model);
  const test::ProgramResult result =
      place.run({"export", "small.safetensors", "--format", "safetensors", "--output", "w.safetensors"});
  CAPTURE(result.err);
  CHECK(result.exit_code == 0);
  CHECK(result.out == "w.safetensors\n");
  CHECK(has(result.err, "4 tensors"));
  CHECK(has(result.err, "none of torchvision's networks has these layers"));
  const model::SafeTensors file = model::read_safetensors(place / "w.safetensors");
  CHECK(file.metadata.at("format") == "pt");
  CHECK(file.tensors.size() == model.weights.size());
  for (const auto& [name, tensor] : model.weights)
    CHECK(model::to_float32(file.tensors.at(name)) == tensor.values);
  CHECK(place.run({"export", "small.safetensors", "--format", "safetensors", "--output", "w.safetensors"})
            .exit_code == 0);
}

TEST_CASE("an export that makes no sense gets one clear line, and no file is lost") {
  const Place place;
  model::save_model(place / "small.safetensors", small_model());
  write_file_atomically(place / "mine.onnx", std::string_view("of mine"));
  const std::string before = read_text_file(place / "small.safetensors");
  const test::RefusedCommand commands[] = {
      {{"export"}, 2, "MODEL is required"},
      {{"export", "none"}, 6, "there is no such run directory or model file"},
      {{"export", "small.toml"}, 4, "not a model of margay"},
      {{"export", "small.safetensors", "--format", "onxx"}, 2, "did you mean 'onnx'"},
      {{"export", "small.safetensors", "--format", "tflite"}, 2, "--format is 'tflite'"},
      {{"export", "small.safetensors", "--opset", "12"}, 2, "--opset is '12'"},
      {{"export", "small.safetensors", "--opset", "18"}, 2, "from 13 to 17"},
      {{"export", "small.safetensors", "--format", "safetensors", "--opset", "13"},
       2,
       "belongs to --format onnx"},
      {{"export", "small.safetensors", "--format", "safetensors", "--with-preprocessing"},
       2,
       "belongs to --format onnx"},
      {{"export", "small.safetensors", "--output", "m.safetensors"}, 2, "does not end in .onnx"},
      {{"export", "small.safetensors", "--format", "safetensors", "--output", "m.pth"},
       2,
       "--output m.pth does not end in .safetensors"},
      {{"export", "small.safetensors", "--output", "none/m.onnx"}, 2, "there is no folder none"},
      {{"export", "small.safetensors", "--output", "mine.onnx"}, 2, "that margay did not write"},
      // The default name of the weights is that of the model itself, which is more than they are.
      {{"export", "small.safetensors", "--format", "safetensors"}, 2, "that margay did not write"},
      {{"onnx", "small.safetensors"}, 2, "did you mean 'margay export RUN'?"},
  };
  place.check_refused(commands);
  CHECK(read_text_file(place / "mine.onnx") == "of mine");
  CHECK(read_text_file(place / "small.safetensors") == before);
}
