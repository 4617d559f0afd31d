// The curves of one or several trainings: accuracy and loss, epoch by epoch, drawn with gnuplot.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "margay/run/history.h"
#include "margay/text/language.h"

namespace margay::plot {

/// A training and what to call it in the legend.
struct Curve {
  std::string name;
  run::History history;  ///< values that are not finite leave a gap
};

enum class Panel { accuracy, loss };

/// What the legend tells of each run: its best validation value in the panel's unit; none where none is
/// finite.
std::vector<double> named_values(const std::vector<Curve>& runs, Panel panel);

/// Draws accuracy on the left and loss on the right, training solid and validation dashed, with a dot at the
/// best validation epoch; one run has a colour per split, several have a colour per run. Both files are
/// replaced atomically. Throws UsageError when there is no run, DrawingError when gnuplot is missing or
/// fails, IoError when a file cannot be written.
void write_curves(const std::vector<Curve>& runs, const std::filesystem::path& png,
                  const std::filesystem::path& svg);

/// One panel as an `<svg>` element to stand inside a page: transparent, black text, every id begins with
/// `prefix`.
std::string panel_svg(const std::vector<Curve>& runs, Panel panel, std::string_view prefix,
                      text::Language language = text::Language::english);

}  // namespace margay::plot
