// Writes the gnuplot script of a range test.
#include "margay/plot/rate_plot.h"

#include <cmath>
#include <string>
#include <vector>

#include "margay/core/error.h"
#include "margay/plot/axis.h"
#include "margay/plot/gnuplot.h"
#include "margay/plot/plot.h"

namespace margay::plot {
namespace {

std::string mark(double lr) {
  return fmt::format(
      "set arrow 1 from {0},graph 0 to {0},graph 1 nohead lw 1.5 dt (4,4) lc rgb '{1}'\n"
      "set label 1 'suggestion {0:.2g}' at {0},graph 0.97 offset 0.6,0 left\n",
      lr, kPlotColours[1]);
}

std::string script_of(const run::RangeTestCurve& curve, const analysis::RateSuggestion& suggestion) {
  std::string rows;
  const std::vector<double> smoothed = analysis::smoothed_losses(curve);
  for (size_t i = 0; i < smoothed.size(); ++i)
    rows += fmt::format("{} {} {}\n", curve.points()[i].lr, curve.points()[i].loss, smoothed[i]);
  const Axis axis = loss_axis(smoothed);
  return plot_frame() +
         fmt::format(
             "$points << END\n{}END\n"
             "set logscale x\nset format x '10^{{%T}}'\nset xlabel 'learning rate' offset 0,0.3\n"
             "set xtics nomirror\nset xrange [{}:{}]\nset yrange [{}:{}]\nset ytics {}, {} nomirror\n"
             "set key tmargin left Left reverse horizontal samplen 3 title '{{/:Bold Loss}}' left\n",
             rows, curve.points().front().lr, curve.points().back().lr, axis.low, axis.high, axis.low,
             axis.step) +
         (suggestion.lr ? mark(*suggestion.lr) : "") +
         fmt::format(
             "plot $points using 1:2 with points pt 7 ps 0.6 lc rgb '#B0B0B0' title 'of a step', "
             "$points using 1:3 with lines lw 3 lc rgb '{}' title 'smoothed'\n",
             kPlotColours[0]);
}

}  // namespace

void write_rate_plot(const run::RangeTestCurve& curve, const analysis::RateSuggestion& suggestion,
                     const std::filesystem::path& png, const std::filesystem::path& svg) {
  require(!curve.points().empty(), "report.rates", "the range test has no point to draw");
  write_plot(script_of(curve, suggestion), {.width = 900, .height = 480}, png, svg);
}

}  // namespace margay::plot
