// Chooses bins, counts, and writes the gnuplot script of the bars.
#include "margay/plot/histogram.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "margay/plot/gnuplot.h"
#include "margay/plot/plot.h"

namespace margay::plot {
namespace {

constexpr int kBins = 24;
constexpr double kNoise = 1e-9;  // a multiple of the step belongs to the bin that begins there

/// The largest value worth its own place: all of them, unless the highest fiftieth dwarfs the rest.
double top_of(const std::vector<double>& sorted) {
  constexpr size_t kManyValues = 50;
  constexpr double kDwarfs = 2.5;
  const double low = sorted.front(), typical = sorted[(sorted.size() - 1) * 49 / 50];
  const bool dwarfed = typical > low && sorted.back() - low > kDwarfs * (typical - low);
  return sorted.size() >= kManyValues && dwarfed ? typical : sorted.back();
}

}  // namespace

Axis histogram_axis(std::span<const double> values, double least_step) {
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  const double low = sorted.front(), top = top_of(sorted);
  const double step = round_step(std::max(least_step, (top - low) / kBins));
  return {std::floor(low / step + kNoise) * step, (std::floor(top / step + kNoise) + 1) * step, step};
}

Histogram count_bins(std::span<const double> values, const Axis& axis) {
  const auto bins = static_cast<size_t>(std::lround((axis.high - axis.low) / axis.step));
  Histogram histogram{axis, std::vector<size_t>(bins)};
  for (const double value : values) {
    const auto bin = static_cast<size_t>((value - axis.low) / axis.step + kNoise);
    ++histogram.counts[std::min(bin, bins - 1)];
    histogram.beyond += value > axis.high ? 1 : 0;
  }
  return histogram;
}

std::string histogram_svg(const Histogram& histogram, std::string_view title, std::string_view unit,
                          std::string_view prefix) {
  constexpr double kFewBins = 8;  // one bar alone must not fill the plot
  const auto& [low, high, step] = histogram.axis;
  const double margin = step * std::max(0.5, (kFewBins - static_cast<double>(histogram.counts.size())) / 2);
  const Axis counts = count_axis(static_cast<double>(std::ranges::max(histogram.counts)));
  std::string rows;
  for (size_t i = 0; i < histogram.counts.size(); ++i)
    rows += fmt::format("{:.9g} {}\n", low + (static_cast<double>(i) + 0.5) * step, histogram.counts[i]);
  return plot_element(
      plot_frame() +
          fmt::format("$counts << END\n{}END\n"
                      "set label 1 {} at graph 0,1.09 font ',15' noenhanced\n"
                      "set tmargin 2.5\nset xlabel {} offset 0,0.3 noenhanced\n"
                      "set xrange [{:.9g}:{:.9g}]\nset xtics {:.9g} nomirror\n"
                      "set yrange [0:{}]\nset ytics 0, {} nomirror\nset format '%g'\nset decimalsign '.'\n"
                      "set style fill solid 1 noborder\nset boxwidth {:.9g} absolute\n"
                      "plot $counts using 1:2 with boxes lc rgb '#0072B2' notitle\n",
                      rows, gnuplot_string(title), gnuplot_string(unit), low - margin, high + margin,
                      std::max(step, round_step((high - low + 2 * margin) / 6)), counts.high, counts.step,
                      0.92 * step),
      280, prefix);
}

}  // namespace margay::plot
