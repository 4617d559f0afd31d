// The preprocess spec as a value: names and checks.
#include "margay/image/preprocess.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "margay/core/error.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.preprocess";

template <class Value, size_t N>
using Names = std::array<std::pair<Value, std::string_view>, N>;

constexpr Names<ResizeMode, 3> kResizeModes{
    {{ResizeMode::squash, "squash"}, {ResizeMode::crop, "crop"}, {ResizeMode::pad, "pad"}}};
constexpr Names<Kernel, 4> kKernels{{{Kernel::box, "box"},
                                     {Kernel::bilinear, "bilinear"},
                                     {Kernel::bicubic, "bicubic"},
                                     {Kernel::lanczos, "lanczos"}}};

template <class Value, size_t N>
std::string_view name_in(const Names<Value, N>& names, Value value) {
  for (const auto& [known, name] : names)
    if (known == value) return name;
  return {};
}

template <class Value, size_t N>
Value value_in(const Names<Value, N>& names, std::string_view word, std::string_view what) {
  std::vector<std::string_view> known;
  for (const auto& [value, name] : names) {
    if (name == word) return value;
    known.push_back(name);
  }
  throw UsageError(kWhere,
                   fmt::format("there is no {} '{}', expected one of {}", what, word, fmt::join(known, ", ")),
                   hint_for_name(word, known, ""));
}

}  // namespace

std::string_view name_of(ResizeMode mode) {
  return name_in(kResizeModes, mode);
}
std::string_view name_of(Kernel kernel) {
  return name_in(kKernels, kernel);
}
ResizeMode resize_mode_from_name(std::string_view name) {
  return value_in(kResizeModes, name, "fit");
}
Kernel kernel_from_name(std::string_view name) {
  return value_in(kKernels, name, "kernel");
}

Preprocess Preprocess::fitting() const {
  const Preprocess defaults;
  Preprocess spec = *this;
  spec.scale = defaults.scale;
  spec.mean = defaults.mean;
  spec.std = defaults.std;
  return spec;
}

void Preprocess::validate(std::string_view where) const {
  const auto require_field = [where](bool holds, std::string_view field, double found,
                                     std::string_view expected) {
    require(holds, where, fmt::format("{} is {}, expected {}", field, found, expected));
  };
  require_field(width >= 1 && width <= kMaxSide, "width", width, "1 to 16384 pixels");
  require_field(height >= 1 && height <= kMaxSide, "height", height, "1 to 16384 pixels");
  const int longer = std::max(width, height);
  require_field(resize == 0 || (resize >= longer && resize <= kMaxSide), "resize", resize,
                fmt::format("0, or {} (the longer of width and height) to 16384 pixels", longer));
  require_field(resize == 0 || fit == ResizeMode::crop, "resize", resize,
                "0, since only the fit 'crop' uses it");
  require_field(pad_value >= 0 && pad_value <= 255, "pad_value", pad_value, "0 to 255");
  require_field(pad_value == 0 || fit == ResizeMode::pad, "pad_value", pad_value,
                "0, since only the fit 'pad' uses it");
  require_field(std::isfinite(scale) && scale > 0, "scale", scale, "a number above 0");
  for (const double value : mean) require_field(std::isfinite(value), "mean", value, "finite numbers");
  for (const double value : std)
    require_field(std::isfinite(value) && value > 0, "std", value, "numbers above 0");
}

void normalize(std::span<const uint8_t> pixels_u8, const Preprocess& spec, std::span<float> values) {
  require(pixels_u8.size() == values.size() && pixels_u8.size() % 3 == 0, "image.normalize",
          fmt::format("{} values for {} bytes of RGB", values.size(), pixels_u8.size()));
  // The factors repeat every three values; a pattern of 16 pixels lets the inner loop be vectors of any
  // width.
  constexpr size_t kPattern = 48;
  std::array<float, kPattern> factor, offset;
  for (size_t i = 0; i < kPattern; ++i) {
    factor[i] = static_cast<float>(spec.scale / spec.std[i % 3]);
    offset[i] = static_cast<float>(-spec.mean[i % 3] / spec.std[i % 3]);
  }
  const size_t whole = values.size() / kPattern * kPattern;
  for (size_t at = 0; at < whole; at += kPattern)
    for (size_t i = 0; i < kPattern; ++i)
      values[at + i] = static_cast<float>(pixels_u8[at + i]) * factor[i] + offset[i];
  for (size_t at = whole; at < values.size(); ++at)
    values[at] = static_cast<float>(pixels_u8[at]) * factor[at - whole] + offset[at - whole];
}

}  // namespace margay::image
