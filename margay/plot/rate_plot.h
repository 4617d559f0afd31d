// The curve of a learning-rate range test.
#pragma once

#include <filesystem>

#include "margay/analysis/rate_suggestion.h"

namespace margay::plot {

/// Draws the loss of each step as a dot and the smoothed loss as a line over the rate, with a mark at the
/// suggestion. Both files are replaced atomically. Throws UsageError without points, else what run_gnuplot
/// throws.
void write_rate_plot(const run::RangeTestCurve& curve, const analysis::RateSuggestion& suggestion,
                     const std::filesystem::path& png, const std::filesystem::path& svg);

}  // namespace margay::plot
