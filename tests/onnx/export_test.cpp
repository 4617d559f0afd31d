// The file around a network, and what cannot be one.
#include "margay/onnx/export.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/json.h"
#include "margay/core/output_file.h"
#include "margay/core/version.h"
#include "margay/graph/builder.h"
#include "margay/image/preprocess_json.h"
#include "margay/onnx/library.h"
#include "tests/support/graphs.h"
#include "tests/support/operator_cases.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using margay::onnx::ExportOptions;
using margay::onnx::to_onnx;

namespace {

model::Model residual_model(int outputs = 3) {
  model::Model model;
  model.graph = test::residual_network(outputs);
  model.weights = test::random_weights(model.graph, 3);
  model.classes = outputs == 1 ? std::vector<std::string>{"cats", "dogs"}
                               : std::vector<std::string>{"red", "grün", "\"blue\""};
  model.preprocess.height = 13;
  model.preprocess.width = 11;
  model.preprocess.mean = {0.4, 0.5, 0.6};
  model.provenance = {{"recipe", "none"}};
  return model;
}

::onnx::ModelProto parsed(const std::string& bytes) {
  ::onnx::ModelProto file;
  REQUIRE(file.ParseFromString(bytes));
  return file;
}

/// "float32 [batch, 3, 13, 11]"
std::string described(const ::onnx::ValueInfoProto& value) {
  const auto& tensor = value.type().tensor_type();
  std::string text = tensor.elem_type() == ::onnx::TensorProto::FLOAT ? "float32 [" : "uint8 [";
  for (int i = 0; i < tensor.shape().dim_size(); ++i) {
    const auto& dimension = tensor.shape().dim(i);
    text += (i > 0 ? ", " : "") +
            (dimension.has_dim_param() ? dimension.dim_param() : std::to_string(dimension.dim_value()));
  }
  return text + "]";
}

std::string metadata(const ::onnx::ModelProto& file, const std::string& key) {
  for (const auto& entry : file.metadata_props())
    if (entry.key() == key) return entry.value();
  return {};
}

}  // namespace

TEST_CASE("a file says what goes in, what comes out, and what the model is") {
  const model::Model model = residual_model();
  const ::onnx::ModelProto file = parsed(to_onnx(model));
  CHECK(file.ir_version() == 7);
  REQUIRE(file.opset_import_size() == 1);
  CHECK(file.opset_import(0).version() == 13);
  CHECK(file.producer_name() == "margay");
  REQUIRE(file.graph().input_size() == 1);
  CHECK(file.graph().input(0).name() == "input");
  CHECK(described(file.graph().input(0)) == "float32 [batch, 3, 13, 11]");
  REQUIRE(file.graph().output_size() == 1);
  CHECK(file.graph().output(0).name() == "probabilities");
  CHECK(described(file.graph().output(0)) == "float32 [batch, 3]");
  CHECK(file.graph().node(file.graph().node_size() - 1).op_type() == "Softmax");
  CHECK(metadata(file, "margay.version") == kVersion);
  CHECK(Json::parse(metadata(file, "margay.classes")) == Json(model.classes));
  CHECK(image::preprocess_from_json(Json::parse(metadata(file, "margay.preprocess")), "test") ==
        model.preprocess);
  CHECK(Json::parse(metadata(file, "margay.provenance")) == model.provenance);
}

TEST_CASE("weights stand in the file as they are, under their names") {
  const model::Model model = residual_model();
  const ::onnx::ModelProto file = parsed(to_onnx(model));
  size_t found = 0;
  for (const auto& tensor : file.graph().initializer()) {
    const auto weight = model.weights.find(tensor.name());
    if (weight == model.weights.end()) continue;
    ++found;
    const std::vector<float>& values = weight->second.values;
    REQUIRE(tensor.raw_data().size() == values.size() * sizeof(float));
    CHECK(std::memcmp(tensor.raw_data().data(), values.data(), tensor.raw_data().size()) == 0);
    CHECK(graph::Shape(tensor.dims().begin(), tensor.dims().end()) == weight->second.shape);
  }
  CHECK(found == model.weights.size());
}

TEST_CASE("one logit becomes the probabilities of two classes") {
  const ::onnx::ModelProto file = parsed(to_onnx(residual_model(1)));
  CHECK(described(file.graph().output(0)) == "float32 [batch, 2]");
  const auto& nodes = file.graph().node();
  CHECK(std::ranges::count(nodes, "Sigmoid", &::onnx::NodeProto::op_type) == 2);
  CHECK(nodes.rbegin()->op_type() == "Concat");
}

TEST_CASE("with preprocessing a file takes bytes of any height and width") {
  for (const image::ResizeMode fit :
       {image::ResizeMode::squash, image::ResizeMode::crop, image::ResizeMode::pad})
    for (const image::Kernel kernel :
         {image::Kernel::box, image::Kernel::bilinear, image::Kernel::bicubic, image::Kernel::lanczos}) {
      model::Model model = residual_model();
      model.preprocess.fit = fit;
      model.preprocess.kernel = kernel;
      const ::onnx::ModelProto file = parsed(to_onnx(model, {.with_preprocessing = true}));
      CHECK(described(file.graph().input(0)) == "uint8 [batch, height, width, 3]");
      CHECK(std::ranges::count(file.graph().node(), "Resize", &::onnx::NodeProto::op_type) == 0);
    }
}

TEST_CASE("the same model gives the same bytes") {
  const model::Model model = residual_model();
  CHECK(to_onnx(model) == to_onnx(model));
}

TEST_CASE("newer opsets are written with the format of their files") {
  for (int opset = margay::onnx::kOldestOpset; opset <= margay::onnx::kNewestOpset; ++opset) {
    CAPTURE(opset);
    const ::onnx::ModelProto file = parsed(to_onnx(residual_model(), {.opset = opset}));
    CHECK(file.opset_import(0).version() == opset);
    CHECK(file.ir_version() == (opset < 15 ? 7 : 8));
  }
}

TEST_CASE("what cannot be written is refused") {
  const model::Model model = residual_model();
  for (const int opset : {-1, 0, 12, 18})
    CHECK_THROWS_WITH_AS(to_onnx(model, {.opset = opset}), doctest::Contains("expected 13 to 17"),
                         UsageError);
  model::Model less = model;
  less.weights.erase("head.bias");
  CHECK_THROWS_WITH_AS(to_onnx(less), doctest::Contains("missing parameters: head.bias"), ModelError);
  CHECK_THROWS_AS(to_onnx(less.graph, less.weights), ModelError);
  model::Model endless = model;
  endless.weights.at("head.bias").values[0] = INFINITY;
  CHECK_THROWS_AS(to_onnx(endless), ModelError);
  // Nobody has such weights here: the shapes say enough.
  const graph::Graph wide = graph::Builder({30'000}).linear(30'000).build();
  CHECK_THROWS_WITH_AS(to_onnx(wide, {}), doctest::Contains("3.60 GB, and an ONNX file has 2 GiB at most"),
                       ModelError);
}

TEST_CASE("a file is written whole, and known again as one of ours") {
  const test::TemporaryFolder folder;
  const model::Model model = residual_model();
  CHECK(margay::onnx::export_onnx(folder / "model.onnx", model) == to_onnx(model).size());
  CHECK(read_text_file(folder / "model.onnx") == to_onnx(model));
  CHECK(is_output_file(folder / "model.onnx"));
  CHECK_THROWS_AS(margay::onnx::export_onnx(folder / "none" / "model.onnx", model), IoError);
}
