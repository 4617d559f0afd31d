// A search for settings as pictures.
#pragma once

#include <filesystem>

#include "margay/analysis/sweep.h"

namespace margay::plot {

/// Draws a panel per key, each trial a dot at its value and the validation accuracy of its model (open where
/// it was given up early, the best one marked), and a panel with the validation accuracy of all trials over
/// the epochs. Axes of numbers are logarithmic where values span ten times or more. Both files are replaced
/// atomically. Throws UsageError where no trial has an epoch, else what run_gnuplot throws.
void write_sweep_plot(const analysis::Sweep& sweep, const std::filesystem::path& png,
                      const std::filesystem::path& svg);

}  // namespace margay::plot
