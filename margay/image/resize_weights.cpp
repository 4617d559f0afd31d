// The filters of Pillow, and their sampling.
#include "margay/image/resize_weights.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace margay::image {
namespace {

double box(double x) {
  return x > -0.5 && x <= 0.5 ? 1.0 : 0.0;
}

double bilinear(double x) {
  return std::max(0.0, 1.0 - std::abs(x));
}

/// Keys 1981, with a = -0.5.
double bicubic(double x) {
  constexpr double a = -0.5;
  x = std::abs(x);
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
  if (x < 2.0) return (((x - 5) * x + 8) * x - 4) * a;
  return 0.0;
}

double sinc(double x) {
  if (x == 0.0) return 1.0;
  x *= std::numbers::pi;
  return std::sin(x) / x;
}

double lanczos(double x) {
  return -3.0 <= x && x < 3.0 ? sinc(x) * sinc(x / 3) : 0.0;
}

struct Filter {
  double (*value)(double);
  double support;  ///< value is 0 farther from 0 than this
};

Filter filter_of(Kernel kernel) {
  switch (kernel) {
    case Kernel::box:
      return {box, 0.5};
    case Kernel::bilinear:
      return {bilinear, 1.0};
    case Kernel::bicubic:
      return {bicubic, 2.0};
    case Kernel::lanczos:
      return {lanczos, 3.0};
  }
  return {bilinear, 1.0};
}

/// Weights of the inputs [low, low + size of result) for the output centred at `center`, with sum 1.
std::vector<double> sampled_filter(const Filter& filter, double center, double filter_scale, int low,
                                   int high) {
  std::vector<double> weights;
  double sum = 0;
  for (int i = low; i < high; ++i) {
    weights.push_back(filter.value((i - center + 0.5) / filter_scale));
    sum += weights.back();
  }
  if (sum != 0.0)
    for (double& weight : weights) weight /= sum;
  return weights;
}

int32_t to_fixed_point(double weight) {
  return static_cast<int32_t>(weight * (1 << kWeightBits) + (weight < 0 ? -0.5 : 0.5));
}

}  // namespace

AxisWeights axis_weights(int in_size, double start, double extent, int out_size, Kernel kernel, int begin,
                         int count) {
  const Filter filter = filter_of(kernel);
  const double scale = extent / out_size;
  const double filter_scale = std::max(scale, 1.0);
  const double support = filter.support * filter_scale;

  AxisWeights axis;
  axis.taps = std::min(static_cast<int>(std::ceil(support)) * 2 + 1, in_size);
  axis.taps = (axis.taps + kTapBlock - 1) / kTapBlock * kTapBlock;
  axis.first.resize(count);
  axis.used.resize(count);
  axis.weights.assign(static_cast<size_t>(count) * axis.taps, 0);
  for (int i = 0; i < count; ++i) {
    const double center = start + (begin + i + 0.5) * scale;
    const int low = std::max(static_cast<int>(center - support + 0.5), 0);
    const int high = std::min(static_cast<int>(center + support + 0.5), in_size);
    const std::vector<double> weights = sampled_filter(filter, center, filter_scale, low, high);
    axis.first[i] = low;
    axis.used[i] = high - low;
    std::transform(weights.begin(), weights.end(), axis.weights.begin() + static_cast<size_t>(i) * axis.taps,
                   to_fixed_point);
  }
  return axis;
}

}  // namespace margay::image
