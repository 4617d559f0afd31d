// Walks the table of operators: what of each is written.
#include "margay/onnx/operators.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "margay/core/error.h"
#include "margay/graph/builder.h"
#include "margay/graph/operator.h"
#include "margay/onnx/export.h"
#include "margay/onnx/library.h"
#include "onnx/shape_inference/implementation.h"
#include "tests/support/operator_cases.h"
#include "tests/support/operator_rows.h"

using namespace margay;
using margay::onnx::to_onnx;

namespace {

::onnx::ModelProto parsed(const std::string& bytes) {
  ::onnx::ModelProto file;
  REQUIRE(file.ParseFromString(bytes));
  return file;
}

::onnx::ModelProto written(const graph::Graph& network, int opset = 13) {
  return parsed(to_onnx(network, test::random_weights(network, 3), opset));
}

/// "Conv BatchNormalization Relu", less the Identity that names the output.
std::string nodes_of(const ::onnx::ModelProto& file) {
  std::string text;
  for (const auto& node : file.graph().node())
    if (node.op_type() != "Identity") text += (text.empty() ? "" : " ") + node.op_type();
  return text;
}

std::string nodes_of(graph::Shape input, const std::string& op,
                     std::map<std::string, graph::Attribute> attributes = {}, int opset = 13) {
  return nodes_of(written(test::single_node(std::move(input), op, std::move(attributes)), opset));
}

}  // namespace

TEST_CASE("ONNX has a row for each operator of the table and no others") {
  const auto rows = test::names_of_rows(margay::onnx::operator_rows());
  const auto faults = [](const std::vector<std::string_view>& names) {
    return test::faults_of_rows("ONNX writer", names,
                                [](const graph::Operator& row) { return row.name == "input"; });
  };
  for (const std::string& fault : faults(rows)) FAIL_CHECK(fault);
  CHECK(faults(test::without(rows, "gelu")) ==
        std::vector<std::string>{"the ONNX writer has no row for 'gelu'"});
  CHECK_THROWS_WITH_AS(margay::onnx::find_row("glu"),
                       doctest::Contains("the operator 'glu' cannot be written as ONNX"), ModelError);
}

TEST_CASE("shapes that ONNX infers for each operator are margay's") {
  for (const test::OperatorCase& tested : test::kOperatorCases)
    for (const int opset : {13, 17}) {
      CAPTURE(tested.op);
      CAPTURE(graph::to_string(tested.input));
      CAPTURE(opset);
      const graph::Graph network = test::network_of(tested);
      ::onnx::ModelProto file = written(network, opset);
      file.mutable_graph()->mutable_output(0)->mutable_type()->mutable_tensor_type()->clear_shape();
      ::onnx::shape_inference::InferShapes(file);
      const auto& shape = file.graph().output(0).type().tensor_type().shape();
      REQUIRE(shape.dim_size() == 2);
      if (shape.dim(1).has_dim_value()) CHECK(shape.dim(1).dim_value() == network.output_shape()[0]);
      const bool batch_is_lost = std::string(tested.op) == "class_token";  // 1.12 does not follow Expand
      if (!batch_is_lost) CHECK(shape.dim(0).dim_param() == "batch");
    }
}

TEST_CASE("operators are the nodes that people expect") {
  CHECK(nodes_of({3, 5, 5}, "conv2d", {{"out_channels", int64_t{4}}, {"kernel", int64_t{3}}}) == "Conv");
  CHECK(nodes_of({3, 5, 5}, "batch_norm2d") == "BatchNormalization");
  CHECK(nodes_of({3, 5, 5}, "dropout") == "");
  CHECK(nodes_of({3, 5, 5}, "stochastic_depth") == "");
  CHECK(nodes_of({3, 5, 5}, "relu6") == "Clip");
  CHECK(nodes_of({3, 5, 5}, "gelu") == "Div Erf Add Mul Mul");
  CHECK(nodes_of({3, 5, 5}, "global_avg_pool2d") == "GlobalAveragePool Flatten");
  CHECK(nodes_of({3, 5, 5}, "global_avg_pool2d", {{"keep_map", true}}) == "GlobalAveragePool");
  CHECK(nodes_of({7}, "linear", {{"out_features", int64_t{2}}}) == "Gemm");
  CHECK(nodes_of({7}, "layer_norm") == "ReduceMean Sub Mul ReduceMean Add Sqrt Div Mul Add");
  CHECK(nodes_of({7}, "layer_norm", {}, 17) == "LayerNormalization");
  CHECK(nodes_of({3, 5, 5}, "layer_norm", {}, 17) == "Transpose LayerNormalization Transpose");
}

TEST_CASE("windows that reach beyond the end say so by their padding") {
  const ::onnx::ModelProto file = written(test::single_node(
      {3, 6, 6}, "max_pool2d",
      {{"kernel", int64_t{3}}, {"stride", int64_t{4}}, {"padding", int64_t{1}}, {"ceil_mode", true}}));
  for (const auto& attribute : file.graph().node(0).attribute()) {
    CHECK(attribute.name() != "ceil_mode");
    if (attribute.name() == "pads")
      CHECK(std::vector<int64_t>(attribute.ints().begin(), attribute.ints().end()) ==
            std::vector<int64_t>{1, 1, 0, 0});
  }
  const auto overhanging = [](bool counts) {
    return nodes_of({5, 12, 10}, "avg_pool2d",
                    {{"kernel", int64_t{3}},
                     {"stride", int64_t{2}},
                     {"padding", int64_t{1}},
                     {"ceil_mode", true},
                     {"count_include_pad", counts}});
  };
  CHECK(overhanging(true) == "AveragePool Mul");
  CHECK(overhanging(false) == "AveragePool");
}

TEST_CASE("nodes that the output does not need are left out, and names stand once") {
  graph::Builder builder({3, 6, 6});
  builder.conv2d(2, 3).tap("unused").from("input").conv2d(2, 1).relu().global_avg_pool2d();
  CHECK(nodes_of(written(builder.build())) == "Conv Relu GlobalAveragePool Flatten");

  // The token's parameter is called as its node.
  graph::Graph tokens = test::single_node({4, 6}, "class_token");
  const ::onnx::ModelProto file = written(tokens);
  std::set<std::string> names;
  for (const auto& weight : file.graph().initializer()) CHECK(names.insert(weight.name()).second);
  for (const auto& node : file.graph().node())
    for (const std::string& output : node.output()) CHECK(names.insert(output).second);
  CHECK(names.contains("node"));
  CHECK(names.contains("node/Concat"));
}
