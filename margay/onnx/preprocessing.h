// From pixels of any size to the network's input, inside the graph.
#pragma once

#include "margay/image/preprocess.h"
#include "margay/onnx/graph_writer.h"

namespace margay::onnx {

/// Fits and normalises as image::fit_picture and image::normalize do: uint8 RGB [batch, height, width, 3] to
/// float32 [batch, 3, spec.height, spec.width].
Value emit_preprocessing(const Value& pixels, const image::Preprocess& spec);

}  // namespace margay::onnx
