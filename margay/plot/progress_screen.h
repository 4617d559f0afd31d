// A training in progress as a screen of a terminal.
#pragma once

#include <string>

#include "margay/analysis/run_progress.h"
#include "margay/plot/terminal_plot.h"

namespace margay::plot {

/// A screen of at most `columns` by `rows` (at least 40 x 16 is assumed), each line with its line feed.
std::string draw_progress(const analysis::RunProgress& progress, int columns, int rows, TerminalLook look);

}  // namespace margay::plot
