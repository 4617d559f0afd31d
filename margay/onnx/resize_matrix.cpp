// The filters of image/resize_weights.cpp as nodes, in double, so that they come out alike.
#include "margay/onnx/resize_matrix.h"

#include <numbers>

#include "margay/image/resize_weights.h"
#include "margay/onnx/expressions.h"

namespace margay::onnx {
namespace {

Value number(const Value& beside, double value) {
  return beside.writer->scalar(value);
}

Value box(const Value& x) {
  const Value half = number(x, 0.5);
  const Value not_above = number(x, 1) - where_less(half, x);
  return where_less(number(x, -0.5), x) * not_above;
}

Value bilinear(const Value& x) {
  return greatest_of(number(x, 0), number(x, 1) - absolute(x));
}

/// Keys 1981, with a = -0.5.
Value bicubic(const Value& signed_x) {
  constexpr double a = -0.5;
  const Value x = absolute(signed_x), one = number(x, 1);
  const Value near = (number(x, a + 2) * x - number(x, a + 3)) * x * x + one;
  const Value far = (((x - number(x, 5)) * x + number(x, 8)) * x - number(x, 4)) * number(x, a);
  const Value is_near = where_less(x, one);
  return near * is_near + far * (where_less(x, number(x, 2)) - is_near);
}

/// sin(t) / t, of no 0.
Value sine_quotient(const Value& t) {
  return t.writer->add("Sin", {t}) / t;
}

Value lanczos(const Value& x) {
  const Value is_zero = where_equal(x, number(x, 0));
  const Value t = (x + is_zero) * number(x, std::numbers::pi);
  const Value product = sine_quotient(t) * sine_quotient(t / number(x, 3));
  const Value is_inside = (number(x, 1) - where_less(x, number(x, -3))) * where_less(x, number(x, 3));
  return product * is_inside * (number(x, 1) - is_zero) + is_zero;
}

struct Filter {
  Value (*value)(const Value& x);
  double support;
};

Filter filter_of(image::Kernel kernel) {
  switch (kernel) {
    case image::Kernel::box:
      return {box, 0.5};
    case image::Kernel::bilinear:
      return {bilinear, 1};
    case image::Kernel::bicubic:
      return {bicubic, 2};
    case image::Kernel::lanczos:
      return {lanczos, 3};
  }
  return {bilinear, 1};
}

/// double {pixels}: 0, 1, 2, ...
Value indices_below(const Value& pixels) {
  GraphWriter& writer = *pixels.writer;
  return converted(writer.add("Range", {writer.scalar(int64_t{0}), pixels, writer.scalar(int64_t{1})}),
                   ElementType::f64);
}

constexpr double kSteps = 1 << image::kWeightBits;

/// As image::axis_weights has them: whole numbers, halves rounded away from 0.
Value in_fixed_point(const Value& weights) {
  const Value magnitude = floor(absolute(weights) * number(weights, kSteps) + number(weights, 0.5));
  return weights.writer->add("Sign", {weights}) * magnitude;
}

}  // namespace

Value resize_matrix(image::Kernel kernel, const ResizeAxis& axis) {
  GraphWriter& writer = *axis.pixels.writer;
  const Filter filter = filter_of(kernel);
  const Value size = converted(axis.pixels, ElementType::f64);
  const Value half = writer.scalar(0.5);
  const Value scale = size / axis.scaled;
  const Value filter_scale = greatest_of(scale, writer.scalar(1.0));
  const Value support = writer.scalar(filter.support) * filter_scale;
  const Value center = (axis.positions + half) * scale;
  const Value low = greatest_of(floor(center - support + half), writer.scalar(0.0));
  const Value high = least_of(floor(center + support + half), size);
  const Value pixel = indices_below(axis.pixels);
  const Value is_used = (writer.scalar(1.0) - where_less(pixel, low)) * where_less(pixel, high);
  const Value sampled = filter.value((pixel - center + half) / filter_scale) * is_used;
  const Value sum = writer.add("ReduceSum", {sampled, writer.list({1})}, {{"keepdims", int64_t{1}}});
  return in_fixed_point(sampled / sum);
}

Value rounded_to_bytes(const Value& product) {
  GraphWriter& writer = *product.writer;
  const Value rounded = floor(product / writer.scalar(kSteps) + writer.scalar(0.5));
  return writer.add("Clip", {rounded, writer.scalar(0.0), writer.scalar(255.0)});
}

}  // namespace margay::onnx
