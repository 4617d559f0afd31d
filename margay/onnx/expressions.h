// Arithmetic of values as it is written in C++: each operator adds a node of ONNX. Shapes broadcast as
// NumPy's.
#pragma once

#include <cstdint>
#include <vector>

#include "margay/onnx/graph_writer.h"

namespace margay::onnx {

Value operator+(const Value& a, const Value& b);
Value operator-(const Value& a, const Value& b);
Value operator*(const Value& a, const Value& b);
/// Of whole numbers it rounds towards zero.
Value operator/(const Value& a, const Value& b);

Value floor(const Value& value);
Value absolute(const Value& value);
Value least_of(const Value& a, const Value& b);
Value greatest_of(const Value& a, const Value& b);
Value matrix_product(const Value& a, const Value& b);
Value converted(const Value& value, ElementType type);
/// Its axes in another order.
Value transposed(const Value& value, std::vector<int64_t> axes);
/// 0 keeps the extent that the axis has, -1 stands for what is left.
Value reshaped(const Value& value, const std::vector<int64_t>& shape);

/// 1 where it holds and 0 elsewhere, of double.
Value where_less(const Value& a, const Value& b);
Value where_equal(const Value& a, const Value& b);

}  // namespace margay::onnx
