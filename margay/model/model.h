// A trained classifier in memory: everything that is needed to answer what a picture shows.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "margay/core/json.h"
#include "margay/graph/graph.h"
#include "margay/graph/weights.h"
#include "margay/image/preprocess.h"

namespace margay::model {

/// Graph, weights, class names and preprocessing, as one `.safetensors` file holds them.
struct Model {
  graph::Graph graph{graph::Shape{1}};
  graph::Weights weights;  ///< parameters and buffers
  /// In the order of the network's outputs; two classes may share one logit.
  std::vector<std::string> classes;
  image::Preprocess preprocess;
  /// Where it came from: margay's version, data set, recipe, seed, epoch, metrics.
  Json provenance = Json::object();

  /// Throws ModelError when the parts do not fit each other.
  void validate(std::string_view where) const;
};

/// Writes one safetensors file atomically; the metadata hold everything but the weights. Throws IoError.
void save_model(const std::filesystem::path& path, const Model& model);

/// Reads and checks one safetensors file; runs nothing from it. Throws FormatError, ModelError or IoError.
Model load_model(const std::filesystem::path& path);

/// The preprocessing in a model file; nothing in safetensors without one. Throws FormatError or IoError.
std::optional<image::Preprocess> find_preprocess(const std::filesystem::path& path);

/// The class names in a model file, in the order of its outputs; nothing in safetensors without them. Throws
/// FormatError or IoError.
std::optional<std::vector<std::string>> find_classes(const std::filesystem::path& path);

/// `path` itself, or `path/model.safetensors` when it is a run directory. Throws UsageError or IoError with a
/// hint.
std::filesystem::path find_model_file(const std::filesystem::path& path);

/// Whether `path` looks like a model file or a run directory with one; its content is not checked.
bool is_model(const std::filesystem::path& path);

}  // namespace margay::model
