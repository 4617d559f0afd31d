// The file around the graph: its input and output, what is said of it, and the checks.
#include "margay/onnx/export.h"

#include <exception>
#include <limits>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/commit.h"
#include "margay/core/error.h"
#include "margay/core/json.h"
#include "margay/core/number_text.h"
#include "margay/core/option_text.h"
#include "margay/core/version.h"
#include "margay/graph/operator.h"
#include "margay/image/preprocess_json.h"
#include "margay/onnx/graph_writer.h"
#include "margay/onnx/library.h"
#include "margay/onnx/network.h"
#include "margay/onnx/preprocessing.h"

namespace margay::onnx {
namespace {

constexpr const char* kWhere = "onnx";
constexpr const char* kBatch = "batch";
constexpr const char *kInput = "input", *kOutput = "output", *kProbabilities = "probabilities";
/// Protocol Buffers counts the bytes of a message so far.
constexpr uint64_t kMostBytes = std::numeric_limits<int32_t>::max();

void require_opset(int opset) {
  require(opset >= kOldestOpset && opset <= kNewestOpset, kWhere,
          fmt::format("opset is {}, expected {} to {}", opset, kOldestOpset, kNewestOpset));
}

/// Of the format of the file, by the release that brought the opset.
int ir_version_of(int opset) {
  return opset < 15 ? 7 : 8;
}

void require_size(uint64_t bytes, std::string_view what) {
  require<ModelError>(bytes <= kMostBytes, kWhere,
                      fmt::format("{} {}, and an ONNX file has 2 GiB at most", what,
                                  format_bytes(static_cast<double>(bytes))),
                      "`format=safetensors` has no such limit"_worded);
}

/// By the shapes alone, before anything is copied.
void require_weights_fit(const graph::Graph& graph) {
  uint64_t bytes = 0;
  for (const graph::GraphParameter& parameter : graph::parameters_of(graph)) {
    const auto elements = static_cast<uint64_t>(graph::element_count(parameter.spec.shape));
    if (elements > kMostBytes) require_size(elements * sizeof(float), "one of the weights has");
    bytes += elements * sizeof(float);
  }
  require_size(bytes, "the weights have");
}

std::vector<Dimension> batch_of(const graph::Shape& shape) {
  std::vector<Dimension> dimensions{kBatch};
  dimensions.insert(dimensions.end(), shape.begin(), shape.end());
  return dimensions;
}

::onnx::ModelProto new_file(int opset) {
  ::onnx::ModelProto file;
  file.set_ir_version(ir_version_of(opset));
  file.set_producer_name("margay");
  file.set_producer_version(kVersion);
  file.add_opset_import()->set_version(opset);
  file.mutable_graph()->set_name("margay");
  return file;
}

GraphWriter writer_of(::onnx::ModelProto& file, const graph::Graph& graph, int opset) {
  std::set<std::string> reserved = names_of_parameters(graph);
  reserved.insert({kInput, kOutput, kProbabilities});
  return {*file.mutable_graph(), opset, std::move(reserved)};
}

void add_metadata(::onnx::ModelProto& file, const char* key, std::string value) {
  ::onnx::StringStringEntryProto& entry = *file.add_metadata_props();
  entry.set_key(key);
  entry.set_value(std::move(value));
}

/// As in model files, so that whoever reads those understands these.
void add_metadata(::onnx::ModelProto& file, const model::Model& model) {
  add_metadata(file, "margay.version", kVersion);
  add_metadata(file, "margay.commit", std::string(commit()));
  add_metadata(file, "margay.classes", format_json(Json(model.classes)));
  add_metadata(file, "margay.preprocess", format_json(image::to_json(model.preprocess)));
  add_metadata(file, "margay.provenance", format_json(model.provenance));
}

Value emit_input(GraphWriter& writer, const model::Model& model, const ExportOptions& options) {
  if (!options.with_preprocessing)
    return writer.input(kInput, ElementType::f32, batch_of(model.graph.input_shape()),
                        "fitted and normalised as margay.preprocess says, R, G, B");
  const Value pixels =
      writer.input(kInput, ElementType::u8, {kBatch, "height", "width", int64_t{3}},
                   "pixels of pictures of any size, seen the right way up: R, G, B, 0 to 255");
  writer.begin("preprocess");
  return emit_preprocessing(pixels, model.preprocess);
}

/// As predict::probabilities_of: one logit z serves two classes.
Value emit_probabilities(const Value& logits, int64_t outputs) {
  GraphWriter& writer = *logits.writer;
  writer.begin("probabilities");
  if (outputs > 1) return writer.add_named(kProbabilities, "Softmax", {logits}, {{"axis", int64_t{-1}}});
  const Value first = writer.add("Sigmoid", {writer.add("Neg", {logits})});
  const Value second = writer.add("Sigmoid", {logits});
  return writer.add_named(kProbabilities, "Concat", {first, second}, {{"axis", int64_t{-1}}});
}

/// The bytes of a file that the library finds right.
std::string checked_bytes(const ::onnx::ModelProto& file) {
  require_size(file.ByteSizeLong(), "the file has");
  try {
    ::onnx::checker::check_model(file);
  } catch (const std::exception& error) {
    throw ModelError(kWhere, fmt::format("the ONNX library refuses what was written: {}", error.what()),
                     "this is a fault of margay; please report it");
  }
  return file.SerializeAsString();
}

}  // namespace

void ExportOptions::validate() const {
  require_opset(opset);
}

std::string to_onnx(const model::Model& model, const ExportOptions& options) {
  options.validate();
  require_weights_fit(model.graph);
  model.validate(kWhere);
  ::onnx::ModelProto file = new_file(options.opset);
  add_metadata(file, model);
  GraphWriter writer = writer_of(file, model.graph, options.opset);
  const Value logits = emit_network(model.graph, model.weights, emit_input(writer, model, options));
  writer.output(emit_probabilities(logits, model.graph.output_shape()[0]),
                batch_of({static_cast<int64_t>(model.classes.size())}), "of the classes in margay.classes");
  return checked_bytes(file);
}

std::string to_onnx(const graph::Graph& graph, const graph::Weights& weights, int opset) {
  require_opset(opset);
  require_weights_fit(graph);
  graph::check_weights(graph, weights, kWhere);
  ::onnx::ModelProto file = new_file(opset);
  GraphWriter writer = writer_of(file, graph, opset);
  const Value input = writer.input(kInput, ElementType::f32, batch_of(graph.input_shape()), "");
  const Value last = emit_network(graph, weights, input);
  writer.output(writer.add_named(kOutput, "Identity", {last}), batch_of(graph.output_shape()), "");
  return checked_bytes(file);
}

uint64_t export_onnx(const std::filesystem::path& path, const model::Model& model,
                     const ExportOptions& options) {
  const std::string bytes = to_onnx(model, options);
  write_file_atomically(path, std::string_view(bytes));
  return bytes.size();
}

}  // namespace margay::onnx
