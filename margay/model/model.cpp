// The model file: safetensors whose metadata explain the tensors.
#include "margay/model/model.h"

#include <charconv>
#include <map>
#include <set>

#include "margay/core/error.h"
#include "margay/core/file_kind.h"
#include "margay/core/option_text.h"
#include "margay/graph/graph_json.h"
#include "margay/image/preprocess_json.h"
#include "margay/model/safetensors.h"

namespace margay::model {
namespace {

constexpr int kFormat = 1;
constexpr std::string_view kFormatKey = "margay.format";
constexpr std::string_view kGraphKey = "margay.graph";
constexpr std::string_view kClassesKey = "margay.classes";
constexpr std::string_view kPreprocessKey = "margay.preprocess";
constexpr std::string_view kProvenanceKey = "margay.provenance";
/// Tensors under this prefix are no parameters; later versions may add some.
constexpr std::string_view kReservedPrefix = "margay.";

/// Of train/checkpoint.h.
constexpr const char* kCheckpointKey = "margay.checkpoint";

using Metadata = std::map<std::string, std::string>;

const std::string& metadata_text(const Metadata& metadata, std::string_view key, std::string_view where) {
  require<FormatError>(!metadata.contains(kCheckpointKey), where,
                       "it is a checkpoint of a training, not its model",
                       "name the run directory that it was in, or the model.safetensors there");
  const auto found = metadata.find(std::string(key));
  if (found == metadata.end())
    throw FormatError(
        where, fmt::format("its metadata have no '{}'", key),
        "it is no model of margay; files with weights alone do not say what network they belong to");
  return found->second;
}

Json metadata_json(const Metadata& metadata, std::string_view key, std::string_view where) {
  return parse_json(metadata_text(metadata, key, where), fmt::format("{}, {}", where, key));
}

void check_format(const Metadata& metadata, std::string_view where) {
  const std::string& text = metadata_text(metadata, kFormatKey, where);
  int format = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), format);
  if (failure != std::errc() || end != text.data() + text.size() || format < 1)
    throw FormatError(where, fmt::format("'{}' is '{}', not a version", kFormatKey, text));
  if (format > kFormat)
    throw ModelError(
        where, fmt::format("it has model format {}, this margay reads up to {}", format, kFormat),
        "it was written by a newer margay: install that version, or save the model again with this one");
}

std::vector<std::string> classes_of(const Json& json, std::string_view where) {
  std::vector<std::string> classes;
  if (!json.is_array()) throw FormatError(where, fmt::format("'{}' is not a list", kClassesKey));
  for (const Json& name : json) {
    if (!name.is_string())
      throw FormatError(where,
                        fmt::format("'{}' holds {}, which is not a text", kClassesKey, describe_json(name)));
    classes.push_back(name.get<std::string>());
  }
  return classes;
}

std::string metadata_of(const Json& json, std::string_view where) {
  try {
    return json.dump();
  } catch (const nlohmann::json::exception&) {
    throw ModelError(where, "a name in the model is not UTF-8", "rename the folders of the classes");
  }
}

graph::Weights weights_of(SafeTensors&& file) {
  graph::Weights weights;
  for (auto& [name, tensor] : file.tensors)
    if (!name.starts_with(kReservedPrefix))
      weights.emplace(name, graph::Tensor{tensor.shape, to_float32(tensor)});
  return weights;
}

void check_classes(const std::vector<std::string>& classes, const graph::Shape& outputs,
                   std::string_view where) {
  require<ModelError>(classes.size() >= 2, where,
                      fmt::format("a classifier needs at least 2 classes, it has {}", classes.size()));
  std::set<std::string> seen;
  for (const std::string& name : classes) {
    require<ModelError>(!name.empty(), where, "a class has no name");
    require<ModelError>(seen.insert(name).second, where, fmt::format("two classes are named '{}'", name));
  }
  const auto count = static_cast<int64_t>(classes.size());
  const bool fits = outputs == graph::Shape{count} || (count == 2 && outputs == graph::Shape{1});
  require<ModelError>(
      fits, where,
      fmt::format("the network gives {}, which does not fit {} classes", graph::to_string(outputs), count));
}

/// A file of another kind is called by its kind instead of by what its first bytes would mean in a model.
void refuse_other_kinds(const std::filesystem::path& path) {
  const KnownFile known = known_file(path);
  if (known.name.empty() || known.kind == FileKind::model) return;
  throw FormatError(
      path.string(), fmt::format("it is {}, not a model of margay", known.name),
      known.kind == FileKind::foreign_model
          ? "weights of PyTorch and safetensors are for `predict`, with the network that they belong to: "
            "`model=NETWORK` `weights=FILE`"_worded
          : "name a run directory that `train` wrote, or the model.safetensors in it"_worded);
}

}  // namespace

void Model::validate(std::string_view where) const {
  check_classes(classes, graph.output_shape(), where);
  preprocess.validate(where);
  const graph::Shape pictures{3, preprocess.height, preprocess.width};
  require<ModelError>(graph.input_shape() == pictures, where,
                      fmt::format("the network takes {}, preprocessing makes {}",
                                  graph::to_string(graph.input_shape()), graph::to_string(pictures)));
  graph::check_weights(graph, weights, where);
  graph::require_finite(weights, where);
}

void save_model(const std::filesystem::path& path, const Model& model) {
  const std::string where = path.string();
  model.validate(where);
  SafeTensors file;
  for (const auto& [name, tensor] : model.weights)
    file.tensors.emplace(name, make_tensor(tensor.shape, std::span(tensor.values)));
  file.metadata.emplace(kFormatKey, std::to_string(kFormat));
  file.metadata.emplace(kGraphKey, metadata_of(graph::to_json(model.graph), where));
  file.metadata.emplace(kClassesKey, metadata_of(Json(model.classes), where));
  file.metadata.emplace(kPreprocessKey, metadata_of(image::to_json(model.preprocess), where));
  file.metadata.emplace(kProvenanceKey, metadata_of(model.provenance, where));
  write_safetensors(path, file);
}

Model load_model(const std::filesystem::path& path) {
  const std::string where = path.string();
  refuse_other_kinds(path);
  SafeTensors file = read_safetensors(path);
  check_format(file.metadata, where);
  Model model;
  model.graph = graph::graph_from_json(metadata_json(file.metadata, kGraphKey, where), where);
  model.classes = classes_of(metadata_json(file.metadata, kClassesKey, where), where);
  model.preprocess = image::preprocess_from_json(metadata_json(file.metadata, kPreprocessKey, where), where);
  model.provenance = metadata_json(file.metadata, kProvenanceKey, where);
  require<FormatError>(model.provenance.is_object(), where,
                       fmt::format("'{}' is not an object", kProvenanceKey));
  model.weights = weights_of(std::move(file));
  model.validate(where);
  return model;
}

std::optional<image::Preprocess> find_preprocess(const std::filesystem::path& path) {
  const std::string where = path.string();
  const Metadata metadata = read_safetensors_metadata(path);
  if (!metadata.contains(std::string(kPreprocessKey))) return std::nullopt;
  return image::preprocess_from_json(metadata_json(metadata, kPreprocessKey, where), where);
}

std::optional<std::vector<std::string>> find_classes(const std::filesystem::path& path) {
  const std::string where = path.string();
  const Metadata metadata = read_safetensors_metadata(path);
  if (!metadata.contains(std::string(kClassesKey))) return std::nullopt;
  return classes_of(metadata_json(metadata, kClassesKey, where), where);
}

std::filesystem::path find_model_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored)) return path;
  if (!std::filesystem::exists(path, ignored))
    throw IoError(path.string(), "there is no such run directory or model file",
                  "runs are written by `train`, into runs/ unless `out` says otherwise"_worded);
  const std::filesystem::path inside = path / "model.safetensors";
  if (std::filesystem::is_regular_file(inside, ignored)) return inside;
  require(!std::filesystem::exists(path / "config.toml", ignored), path.string(),
          "it is a run whose training has not come to a model",
          "wait until it ends; one that was stopped goes on with: " + option_text("resume", path.string()));
  throw UsageError(path.string(), "it holds no model.safetensors",
                   "name a run directory that `train` wrote, or a model file"_worded);
}

bool is_model(const std::filesystem::path& path) {
  return known_file(path).kind == FileKind::model ||
         known_file(path / "model.safetensors").kind == FileKind::model;
}

}  // namespace margay::model
