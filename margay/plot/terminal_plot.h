// Curves drawn with characters.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "margay/plot/axis.h"

namespace margay::plot {

/// What a terminal can show.
struct TerminalLook {
  bool unicode = true;  ///< braille dots and lines; else plain ASCII
  bool colour = false;  ///< ANSI sequences of 256 colours
};

/// A line of a plot in the terminal.
struct TerminalCurve {
  std::string name;
  std::vector<std::pair<int, double>> points;  ///< by epoch; values that are not finite leave a gap
};

/// One plot: the first curve is solid (* in ASCII), the second dashed (o).
struct TerminalPlot {
  std::string title;
  std::vector<TerminalCurve> curves;
  Axis axis;
  std::string unit;  ///< after the numbers of the axis, such as " %"
  int columns = 80;  ///< of the whole plot, 20 or more
  int rows = 10;     ///< of the area with the curves, 2 or more; title, axis and epochs take three more
  int first_epoch = 1, last_epoch = 1;
};

/// Lines of exactly `columns` columns each, without line feeds.
std::vector<std::string> draw_terminal_plot(const TerminalPlot& plot, TerminalLook look);

}  // namespace margay::plot
