// The steps of image/fit.cpp and image/resize.cpp as nodes.
#include "margay/onnx/preprocessing.h"

#include <array>
#include <numeric>
#include <vector>

#include "margay/onnx/expressions.h"
#include "margay/onnx/resize_matrix.h"

namespace margay::onnx {
namespace {

using image::Preprocess;
using image::ResizeMode;

/// One value for each side of a picture.
struct Sides {
  Value width, height;
};

Value to_double(const Value& value) {
  return converted(value, ElementType::f64);
}

/// int64 {} each, of [batch, height, width, 3].
Sides sides_of(const Value& pixels) {
  GraphWriter& writer = *pixels.writer;
  const Value shape = writer.add("Shape", {pixels});
  const auto side = [&](int64_t axis) {
    return writer.add("Gather", {shape, writer.scalar(axis)}, {{"axis", int64_t{0}}});
  };
  return {side(2), side(1)};
}

Sides network_sides(GraphWriter& writer, const Preprocess& spec) {
  return {writer.scalar(static_cast<double>(spec.width)), writer.scalar(static_cast<double>(spec.height))};
}

/// The shorter side becomes `length`, in whole numbers.
Sides with_shorter_side(const Sides& picture, int64_t length) {
  const Value shorter = least_of(picture.width, picture.height);
  const auto scaled = [&](const Value& side) {
    return to_double(side.writer->scalar(length) * side / shorter);
  };
  return {scaled(picture.width), scaled(picture.height)};
}

/// Both sides times the factor with which one of them becomes the network's: the greatest covers it, the
/// least is inside it.
Sides scaled_alike(const Sides& picture, const Preprocess& spec,
                   Value (*choose)(const Value&, const Value&)) {
  GraphWriter& writer = *picture.width.writer;
  const Sides network = network_sides(writer, spec),
              sides{to_double(picture.width), to_double(picture.height)};
  const Value factor = choose(network.width / sides.width, network.height / sides.height);
  const auto scaled = [&](const Value& side, const Value& bound) {
    const Value rounded = floor(side * factor + writer.scalar(0.5));
    return choose(greatest_of(rounded, writer.scalar(1.0)), bound);
  };
  return {scaled(sides.width, network.width), scaled(sides.height, network.height)};
}

/// double {} each: of the whole picture once scaled, as image::fitted_size.
Sides fitted_sides(const Sides& picture, const Preprocess& spec) {
  switch (spec.fit) {
    case ResizeMode::squash:
      break;
    case ResizeMode::crop:
      return spec.resize > 0 ? with_shorter_side(picture, spec.resize)
                             : scaled_alike(picture, spec, greatest_of);
    case ResizeMode::pad:
      return scaled_alike(picture, spec, least_of);
  }
  return network_sides(*picture.width.writer, spec);
}

/// double {n, 1}: 0, 1, 2, ...
Value column_of_indices(GraphWriter& writer, int count) {
  std::vector<double> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0.0);
  return writer.constant({count, 1}, std::span<const double>(numbers));
}

/// Which positions of a scaled side of `scaled` pixels are wanted for the `side` that the network sees.
Value wanted_positions(const Value& scaled, int side, ResizeMode fit) {
  GraphWriter& writer = *scaled.writer;
  if (fit == ResizeMode::pad) {  // all, however many
    const Value all = writer.add("Range", {writer.scalar(0.0), scaled, writer.scalar(1.0)});
    return reshaped(all, {-1, 1});
  }
  const Value positions = column_of_indices(writer, side);
  if (fit == ResizeMode::squash) return positions;
  const Value beyond = scaled - writer.scalar(static_cast<double>(side));
  return positions + writer.add("Round", {beyond / writer.scalar(2.0)});  // halves to even
}

/// The horizontal pass first. float32 [batch, 3, scaled height, scaled width] of the wanted positions.
Value resized(const Value& pixels, const Preprocess& spec) {
  const Sides picture = sides_of(pixels), fitted = fitted_sides(picture, spec);
  const auto matrix = [&](const Value& side, const Value& scaled, int wanted) {
    return resize_matrix(spec.kernel, {side, scaled, wanted_positions(scaled, wanted, spec.fit)});
  };
  const Value columns = matrix(picture.width, fitted.width, spec.width);
  const Value rows = matrix(picture.height, fitted.height, spec.height);
  const Value planes = to_double(transposed(pixels, {0, 3, 1, 2}));
  const Value narrowed = rounded_to_bytes(matrix_product(planes, transposed(columns, {1, 0})));
  return converted(rounded_to_bytes(matrix_product(rows, narrowed)), ElementType::f32);
}

/// The rest of [batch, 3, height, width] around what was fitted, more of it behind where it is odd.
Value padded(const Value& inner, const Preprocess& spec) {
  GraphWriter& writer = *inner.writer;
  const Value sides = writer.add("Slice", {writer.add("Shape", {inner}), writer.list({2}), writer.list({4})});
  const Value missing = writer.list({spec.height, spec.width}) - sides;
  const Value before = missing / writer.list({2, 2});
  const Value none = writer.list({0, 0});
  const Value pads = writer.add("Concat", {none, before, none, missing - before}, {{"axis", int64_t{0}}});
  return writer.add("Pad", {inner, pads, writer.scalar(static_cast<float>(spec.pad_value))});
}

Value normalized(const Value& bytes, const Preprocess& spec) {
  std::array<float, 3> factor, offset;
  for (size_t i = 0; i < 3; ++i) {
    factor[i] = static_cast<float>(spec.scale / spec.std[i]);
    offset[i] = static_cast<float>(-spec.mean[i] / spec.std[i]);
  }
  GraphWriter& writer = *bytes.writer;
  return bytes * writer.constant({3, 1, 1}, std::span<const float>(factor)) +
         writer.constant({3, 1, 1}, std::span<const float>(offset));
}

}  // namespace

Value emit_preprocessing(const Value& pixels, const Preprocess& spec) {
  const Value inner = resized(pixels, spec);
  const Value fitted = spec.fit == ResizeMode::pad ? padded(inner, spec) : inner;
  // So that everybody sees the size that it always has.
  return normalized(reshaped(fitted, {0, 3, spec.height, spec.width}), spec);
}

}  // namespace margay::onnx
