// How values are distributed: counted in bins of equal width, drawn as bars.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "margay/plot/axis.h"

namespace margay::plot {

/// Bins as wide as the axis' step.
struct Histogram {
  Axis axis;
  std::vector<size_t> counts;  ///< bin i holds values from low + i * step on; the last also all above
  size_t beyond = 0;           ///< values above the axis, which the last bin holds
};

/// At most about 25 bins of a round width of at least `least_step` around the values. It ends before the
/// largest where those are few and dwarf the rest. There has to be a value.
Axis histogram_axis(std::span<const double> values, double least_step);

/// Counts the values, none of which may lie below the axis.
Histogram count_bins(std::span<const double> values, const Axis& axis);

/// As an `<svg>` element with a title; `unit` stands below the bars. See plot_element.
std::string histogram_svg(const Histogram& histogram, std::string_view title, std::string_view unit,
                          std::string_view prefix);

}  // namespace margay::plot
