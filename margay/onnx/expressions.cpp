// A node each.
#include "margay/onnx/expressions.h"

#include <utility>

namespace margay::onnx {

Value operator+(const Value& a, const Value& b) {
  return a.writer->add("Add", {a, b});
}
Value operator-(const Value& a, const Value& b) {
  return a.writer->add("Sub", {a, b});
}
Value operator*(const Value& a, const Value& b) {
  return a.writer->add("Mul", {a, b});
}
Value operator/(const Value& a, const Value& b) {
  return a.writer->add("Div", {a, b});
}

Value floor(const Value& value) {
  return value.writer->add("Floor", {value});
}
Value absolute(const Value& value) {
  return value.writer->add("Abs", {value});
}
Value least_of(const Value& a, const Value& b) {
  return a.writer->add("Min", {a, b});
}
Value greatest_of(const Value& a, const Value& b) {
  return a.writer->add("Max", {a, b});
}
Value matrix_product(const Value& a, const Value& b) {
  return a.writer->add("MatMul", {a, b});
}
Value converted(const Value& value, ElementType type) {
  return value.writer->add("Cast", {value}, {{"to", static_cast<int64_t>(type)}});
}
Value transposed(const Value& value, std::vector<int64_t> axes) {
  return value.writer->add("Transpose", {value}, {{"perm", std::move(axes)}});
}
Value reshaped(const Value& value, const std::vector<int64_t>& shape) {
  return value.writer->add("Reshape", {value, value.writer->list(shape)});
}

Value where_less(const Value& a, const Value& b) {
  return converted(a.writer->add("Less", {a, b}), ElementType::f64);
}
Value where_equal(const Value& a, const Value& b) {
  return converted(a.writer->add("Equal", {a, b}), ElementType::f64);
}

}  // namespace margay::onnx
