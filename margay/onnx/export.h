// Models as ONNX files, for ONNX Runtime and whatever else reads them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "margay/graph/graph.h"
#include "margay/graph/weights.h"
#include "margay/model/model.h"

namespace margay::onnx {

/// Versions of ONNX's operators that can be written.
inline constexpr int kOldestOpset = 13;
inline constexpr int kNewestOpset = 17;

/// What is written.
struct ExportOptions {
  int opset = kOldestOpset;  ///< kOldestOpset to kNewestOpset; the oldest is read by most
  /// The graph takes pictures, uint8 RGB [batch, height, width, 3] of any height and width, in place of the
  /// network's input, float32 [batch, 3, H, W].
  bool with_preprocessing = false;
  /// Throws UsageError.
  void validate() const;
};

/// The bytes of an ONNX file: from `input` to `probabilities`, float32 [batch, classes], with the class
/// names, the preprocessing and where the model came from as metadata (margay.classes, margay.preprocess,
/// margay.provenance: JSON, margay.version). The same model gives the same bytes. Throws UsageError;
/// ModelError for what is no valid model, or does not fit into the 2 GiB that such a file may have.
std::string to_onnx(const model::Model& model, const ExportOptions& options = {});

/// A network alone: from `input`, float32 [batch, ...], to what its last node gives, `output`, float32
/// [batch, ...]. Throws as to_onnx.
std::string to_onnx(const graph::Graph& graph, const graph::Weights& weights, int opset = kOldestOpset);

/// Writes the bytes of to_onnx atomically; returns how many they are. Throws as to_onnx, and IoError.
uint64_t export_onnx(const std::filesystem::path& path, const model::Model& model,
                     const ExportOptions& options = {});

}  // namespace margay::onnx
