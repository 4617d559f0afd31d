// Checks of what is fitted, and its standardisation.
#include "margay/head/examples.h"

#include <algorithm>
#include <cmath>

#include "margay/core/error.h"

namespace margay::head {

void Examples::validate() const {
  require(classes >= 2, "head", fmt::format("{} classes, expected two or more", classes));
  require(!labels.empty() && width > 0, "head", "there is nothing to fit a head to");
  require(!features.empty() && features.size() % (width * pictures()) == 0, "head",
          fmt::format("{} numbers for {} pictures of {} features", features.size(), pictures(), width));
  require(weights.empty() || weights.size() == static_cast<size_t>(classes), "head",
          fmt::format("{} weights for {} classes", weights.size(), classes));
  for (const int label : labels)
    require(label >= 0 && label < classes, "head",
            fmt::format("class {}, expected 0 to {}", label, classes - 1));
}

Standard standardize(const Examples& examples) {
  const size_t width = examples.width;
  Standard standard{std::vector<double>(width), std::vector<double>(width)};
  const auto sum_up = [&](std::vector<double>& sums, const auto& term) {
    for (size_t begin = 0; begin < examples.features.size(); begin += width)
      for (size_t k = 0; k < width; ++k) sums[k] += term(examples.features[begin + k], k);
    for (double& sum : sums) sum /= static_cast<double>(examples.vectors());
  };
  sum_up(standard.mean, [](double value, size_t) { return value; });
  sum_up(standard.deviation,
         [&](double value, size_t k) { return (value - standard.mean[k]) * (value - standard.mean[k]); });
  for (size_t k = 0; k < width; ++k) {
    double& deviation = standard.deviation[k];
    require<DataError>(std::isfinite(deviation), "head", fmt::format("feature {} is not finite", k),
                       "the weights that the features are computed with are broken");
    // What differs by rounding alone is the same everywhere.
    constexpr double kRounding = 1e-6;
    deviation = std::sqrt(deviation);
    if (deviation <= kRounding * std::abs(standard.mean[k]) || deviation == 0) deviation = 1;
  }
  for (size_t begin = 0; begin < examples.features.size(); begin += width)
    for (size_t k = 0; k < width; ++k) {
      float& value = examples.features[begin + k];
      value = static_cast<float>((value - standard.mean[k]) / standard.deviation[k]);
    }
  return standard;
}

}  // namespace margay::head
