// A resize along one axis as a matrix that the graph makes of the picture's size.
#pragma once

#include "margay/image/resize.h"
#include "margay/onnx/graph_writer.h"

namespace margay::onnx {

/// What is asked of an axis.
struct ResizeAxis {
  Value pixels;     ///< int64 {}: of the picture
  Value scaled;     ///< double {}: of all of it when scaled
  Value positions;  ///< double {n, 1}: which of these are wanted, from 0
};

/// double {n, pixels}: the weights of image::axis_weights, whole numbers as there, so that a product with
/// bytes is exact. ONNX's own Resize has neither this fixed point nor, before opset 18, filters widened as
/// Pillow's.
Value resize_matrix(image::Kernel kernel, const ResizeAxis& axis);

/// A product with such a matrix as double from 0 to 255 without fractions, as after each pass of a resize.
Value rounded_to_bytes(const Value& product);

}  // namespace margay::onnx
