// Everything is computed on numbers from 0 to 1 and rounded once.
#include "margay/image/tiff_colors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "margay/core/error.h"
#include "margay/image/color_profile.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.tiff";
/// What resampling and rounding may leave beyond a range, as a part of it. Above white, light of a bright
/// spot may be more.
constexpr double kUndershoot = 0.05;
constexpr double kBrightSpot = 2;
/// A picture whose brightest colour is less than this part of white is nearly black.
constexpr double kNearlyBlack = 1.0 / 16;

/// The least and the largest number.
struct Extremes {
  double least = std::numeric_limits<double>::infinity();
  double largest = -std::numeric_limits<double>::infinity();

  bool empty() const { return largest < least; }
  void add(double value) {
    if (!std::isfinite(value)) return;
    least = std::min(least, value);
    largest = std::max(largest, value);
  }
};

struct TiffExtremes {
  Extremes colors, alpha;
};

TiffExtremes extremes_of(const TiffFile& file, const TiffLayout& layout) {
  TiffExtremes found;
  const auto colors = static_cast<size_t>(layout.color_samples());
  const auto needed = static_cast<size_t>(needed_samples(layout));
  for_each_row(file, layout, [&](int, TiffRow row) {
    for (size_t i = 0; i < row.size(); ++i) (i % needed < colors ? found.colors : found.alpha).add(row[i]);
  });
  return found;
}

double largest_number(const TiffLayout& layout) {
  if (layout.number == TiffNumber::floating) return 65535;
  return std::ldexp(1.0, layout.bits - (layout.number == TiffNumber::with_sign ? 1 : 0)) - 1;
}

uint8_t to_byte(double part) {
  return static_cast<uint8_t>(std::clamp(part, 0.0, 1.0) * 255 + 0.5);
}

/// Whether colours that are multiplied by opacity are light, which over white needs no division.
bool is_light(const TiffLayout& layout) {
  return layout.colors == TiffColors::rgb || layout.colors == TiffColors::black_is_zero;
}

/// Colour samples of one pixel, from 0 to 1, to RGB from 0 to 1.
std::array<double, 3> rgb_of(const double* parts, const TiffLayout& layout) {
  switch (layout.colors) {
    case TiffColors::white_is_zero:
      return {1 - parts[0], 1 - parts[0], 1 - parts[0]};
    case TiffColors::black_is_zero:
      return {parts[0], parts[0], parts[0]};
    case TiffColors::cmyk:
      return {(1 - parts[0]) * (1 - parts[3]), (1 - parts[1]) * (1 - parts[3]),
              (1 - parts[2]) * (1 - parts[3])};
    default:
      return {parts[0], parts[1], parts[2]};
  }
}

std::array<double, 3> palette_color(double index, const TiffLayout& layout) {
  const auto entry = static_cast<size_t>(index);
  return {layout.palette[0][entry] / 255.0, layout.palette[1][entry] / 255.0,
          layout.palette[2][entry] / 255.0};
}

/// L from 0 to 100, a and b from -128 to 127; what is stored is multiplied by `factor`.
std::array<double, 3> lab_of(const double* stored, const TiffLayout& layout, double factor) {
  const double full = std::ldexp(1.0, layout.bits), step = full / 256;
  const auto with_sign = [&](double value) {
    if (layout.colors == TiffColors::shifted_lab) return (value / factor - full / 2) / step;
    return (value >= full / 2 ? value - full : value) / step / factor;
  };
  const double white = layout.colors == TiffColors::shifted_lab && layout.bits == 16 ? 65280 : full - 1;
  return {stored[0] / white * 100 / factor, with_sign(stored[1]), with_sign(stored[2])};
}

/// One picture's way from samples to bytes.
class Painter {
 public:
  Painter(const TiffLayout& layout, const TiffRange& range)
      : layout_(layout),
        range_(range),
        colors_(static_cast<size_t>(layout.color_samples())),
        needed_(static_cast<size_t>(needed_samples(layout))),
        is_lab_(layout.colors == TiffColors::lab || layout.colors == TiffColors::shifted_lab),
        light_is_multiplied_(layout.premultiplied && is_light(layout)),
        rgb_(static_cast<size_t>(layout.width) * 3) {}

  void paint(TiffRow row, uint8_t* out) {
    if (is_lab_) convert_lab(row);
    for (int x = 0; x < layout_.width; ++x) {
      const double* pixel = row.data() + static_cast<size_t>(x) * needed_;
      const double alpha = layout_.alpha >= 0 ? alpha_of(pixel[colors_]) : 1;
      const std::array<double, 3> color = color_of(pixel, x);
      for (const double value : color)
        *out++ = to_byte((light_is_multiplied_ ? value : std::clamp(value, 0.0, 1.0) * alpha) + 1 - alpha);
    }
  }

 private:
  /// A number that is none is transparent.
  double alpha_of(double stored) const {
    return std::isnan(stored) ? 0 : std::clamp(stored / range_.opaque, 0.0, 1.0);
  }

  /// What the stored numbers of inks and of Lab are multiplied by. Those of a palette cannot be.
  double factor_of(const double* pixel) const {
    if (!layout_.premultiplied || light_is_multiplied_) return 1;
    const double alpha = alpha_of(pixel[colors_]);
    return alpha > 0 ? alpha : 1;
  }

  /// A number that is none is black.
  double part(double stored) const {
    const double value = (stored - range_.black) / (range_.white - range_.black);
    return std::isnan(value) ? 0 : value;
  }

  std::array<double, 3> color_of(const double* pixel, int x) const {
    if (is_lab_) {
      const uint8_t* rgb = rgb_.data() + 3 * static_cast<size_t>(x);
      return {rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0};
    }
    if (layout_.colors == TiffColors::palette) return palette_color(pixel[0], layout_);
    std::array<double, 4> parts{};
    const double factor = factor_of(pixel);
    // Beyond the range there is no more ink than all of it, and no less than none.
    const bool inks = !is_light(layout_);
    for (size_t c = 0; c < colors_; ++c)
      parts[c] = inks ? std::clamp(part(pixel[c]) / factor, 0.0, 1.0) : part(pixel[c]);
    return rgb_of(parts.data(), layout_);
  }

  void convert_lab(TiffRow row) {
    lab_.clear();
    for (size_t x = 0; x < static_cast<size_t>(layout_.width); ++x) {
      const double* pixel = row.data() + x * needed_;
      for (const double value : lab_of(pixel, layout_, factor_of(pixel))) lab_.push_back(value);
    }
    lab_to_srgb(lab_, rgb_);
  }

  const TiffLayout& layout_;
  const TiffRange& range_;
  size_t colors_, needed_;
  bool is_lab_, light_is_multiplied_;
  std::vector<double> lab_;
  std::vector<uint8_t> rgb_;  ///< of a row of Lab
};

const char* kind_of(TiffNumber number) {
  switch (number) {
    case TiffNumber::floating:
      return "floating-point";
    case TiffNumber::with_sign:
      return "signed";
    case TiffNumber::whole:
      break;
  }
  return "large whole";
}

/// The numbers that may be white, the least first.
std::vector<double> possible_whites(const TiffLayout& layout) {
  const double most = largest_number(layout);
  std::vector<double> whites;
  for (const double white : {1.0, 255.0, 65535.0})
    if (white < most && (white > 1 || layout.number == TiffNumber::floating)) whites.push_back(white);
  whites.push_back(most);
  return whites;
}

[[noreturn]] void refuse_range(const TiffLayout& layout, const Extremes& found, const std::string& why) {
  std::string expected;
  for (const double white : possible_whites(layout))
    expected += fmt::format("{}0 to {:.0f}", expected.empty() ? "" : " or ", white);
  throw FormatError(kWhere,
                    fmt::format("its {} samples go from {:.6g} to {:.6g}{}, expected {}",
                                kind_of(layout.number), found.least, found.largest, why, expected),
                    "scale it to one of these before");
}

/// The least white that the numbers fit.
double white_of(const TiffLayout& layout, const Extremes& found) {
  const bool floating = layout.number == TiffNumber::floating;
  if (found.least < (floating ? -kUndershoot * std::max(found.largest, 0.0) : 0))
    refuse_range(layout, found, "");
  const std::vector<double> whites = possible_whites(layout);
  const auto white = std::ranges::find_if(
      whites, [&](double candidate) { return found.largest <= kBrightSpot * candidate; });
  if (white == whites.end()) refuse_range(layout, found, "");
  if (white != whites.begin() && found.largest < kNearlyBlack * *white)
    refuse_range(
        layout, found,
        fmt::format(", too much for {:.0f} as white and nearly black for {:.0f}", *(white - 1), *white));
  return *white;
}

/// Of integers up to 16 bits and of colours that are not light, the bits say it.
bool says_range(const TiffLayout& layout) {
  return layout.colors == TiffColors::palette || layout.colors == TiffColors::lab ||
         layout.colors == TiffColors::shifted_lab ||
         (layout.number == TiffNumber::whole && layout.bits <= 16);
}

}  // namespace

TiffRange range_of(const TiffFile& file, const TiffLayout& layout) {
  const double most = largest_number(layout);
  if (says_range(layout)) return {0, most, most, {}};
  const TiffExtremes found = extremes_of(file, layout);
  if (found.colors.empty()) return {0, 1, 1, {}};
  TiffRange range{.white = white_of(layout, found.colors)};
  range.opaque = layout.premultiplied || found.alpha.empty() ? range.white : white_of(layout, found.alpha);
  if (possible_whites(layout).size() > 1)
    range.note = fmt::format("its {} samples, {:.6g} to {:.6g}, were taken as 0 to {:.0f}",
                             kind_of(layout.number), found.colors.least, found.colors.largest, range.white);
  return range;
}

void draw_tiff(const TiffFile& file, const TiffLayout& layout, const TiffRange& range, Image& picture) {
  Painter painter(layout, range);
  for_each_row(file, layout, [&](int y, TiffRow row) {
    painter.paint(row, picture.pixels.data() + static_cast<size_t>(y) * picture.width * 3);
  });
}

}  // namespace margay::image
