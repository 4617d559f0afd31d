// Ranges and ticks of the plots: round numbers that show the data and little else.
#pragma once

#include <span>
#include <vector>

namespace margay::plot {

/// An axis from `low` to `high`, both multiples of `step`.
struct Axis {
  double low = 0;
  double high = 1;
  double step = 0.1;
};

/// For accuracies in percent: inside 0 to 100, close around the values. Values that are not finite are
/// ignored.
Axis percent_axis(std::span<const double> percents);

/// For losses, which are not negative. It begins at 0 unless the values keep far from it, and ends near the
/// highest, unless that is one of a few that dwarf many others: those leave the plot at its top. The `named`
/// ones, which the legend tells of, are always inside.
Axis loss_axis(std::span<const double> losses, std::span<const double> named = {});

/// Epochs to write below the horizontal axis: `first`, then multiples of 1, 2, 5, 10, 20, 50, ..., at most
/// about 10.
std::vector<int> epoch_ticks(int first, int last);

/// For counts: from 0 to `most` or a little more, in whole steps.
Axis count_axis(double most);

/// The smallest of 1, 2 and 5 times a power of ten that is not below `least`, which is positive.
double round_step(double least);

}  // namespace margay::plot
