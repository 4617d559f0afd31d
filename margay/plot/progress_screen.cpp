// Puts curves and numbers of a training below each other.
#include "margay/plot/progress_screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "margay/core/utf8.h"
#include "margay/plot/curves.h"
#include "margay/text/phrases.h"

namespace margay::plot {
namespace {

constexpr int kBeside = 120;  // columns from which on both plots fit beside each other

std::string header(const analysis::RunProgress& progress) {
  const int done = progress.history.empty() ? 0 : progress.history.back().epoch;
  const auto told = [&](const std::string& state) { return progress.name + ": " + state; };
  switch (analysis::state_of(progress)) {
    case analysis::RunState::waiting:
      return told(fmt::format("no epoch has ended yet (of {})", progress.epochs));
    case analysis::RunState::failed:
      return told(fmt::format("ended before its first epoch did (of {})", progress.epochs));
    case analysis::RunState::complete:
      return told(done == 1 ? "its one epoch is done" : fmt::format("all {} epochs are done", done));
    case analysis::RunState::ended:
      return told(fmt::format("ended after epoch {} of {}", done, progress.epochs));
    case analysis::RunState::killed:
      return told(
          fmt::format("its training was killed after epoch {} of {}, and can go on", done, progress.epochs));
    case analysis::RunState::silent:
      return told(fmt::format("epoch {} of {}, and nothing new for {}: it may have been stopped", done,
                              progress.epochs, format_duration(progress.since_last_s)));
    case analysis::RunState::running:
      break;
  }
  return told(fmt::format("epoch {} of {}, {} left", done, progress.epochs,
                          format_duration(*analysis::seconds_left(progress))));
}

TerminalCurve curve_of(const run::History& history, const char* name, double run::EpochRecord::*value,
                       double scale) {
  TerminalCurve curve{name, {}};
  for (const run::EpochRecord& record : history)
    curve.points.emplace_back(record.epoch, record.*value * scale);
  return curve;
}

bool has_values(const TerminalCurve& curve) {
  return std::ranges::any_of(curve.points, [](const auto& point) { return std::isfinite(point.second); });
}

TerminalPlot plot_of(const run::History& history, Panel panel) {
  const bool accuracy = panel == Panel::accuracy;
  TerminalPlot plot;
  plot.title = accuracy ? "Accuracy" : "Loss";
  plot.unit = accuracy ? " %" : "";
  plot.curves.push_back(accuracy ? curve_of(history, "training", &run::EpochRecord::accuracy, 100)
                                 : curve_of(history, "training", &run::EpochRecord::loss, 1));
  plot.curves.push_back(accuracy ? curve_of(history, "validation", &run::EpochRecord::val_accuracy, 100)
                                 : curve_of(history, "validation", &run::EpochRecord::val_loss, 1));
  if (!has_values(plot.curves.back())) plot.curves.pop_back();
  std::vector<double> values;
  for (const TerminalCurve& curve : plot.curves)
    for (const auto& [epoch, value] : curve.points) values.push_back(value);
  plot.axis = accuracy ? percent_axis(values) : loss_axis(values);
  plot.first_epoch = history.front().epoch, plot.last_epoch = history.back().epoch;
  return plot;
}

/// Both plots, one below the other or, where there is room, beside each other.
std::string draw_plots(const run::History& history, int columns, int rows, TerminalLook look) {
  constexpr int kOtherLines = 3, kGap = 3, kLeastRows = 3, kMostRows = 16;
  const bool beside = columns >= kBeside;
  std::vector<std::vector<std::string>> drawn;
  for (const Panel panel : {Panel::accuracy, Panel::loss}) {
    TerminalPlot plot = plot_of(history, panel);
    plot.columns = beside ? (columns - kGap) / 2 : columns;
    plot.rows = std::clamp((beside ? rows : rows / 2) - kOtherLines, kLeastRows, kMostRows);
    drawn.push_back(draw_terminal_plot(plot, look));
  }
  std::string text;
  if (beside) {
    for (size_t i = 0; i < drawn[0].size(); ++i)
      text += drawn[0][i] + std::string(kGap, ' ') + drawn[1][i] + '\n';
  } else {
    for (const auto& plot : drawn)
      for (const std::string& line : plot) text += line + '\n';
  }
  return text;
}

std::string percent_ascii(double share) {
  return fmt::format("{:.1f} %", 100 * share);
}

std::string numbers(const run::EpochRecord& record) {
  std::string text = fmt::format("epoch {}  loss {}  accuracy {}", record.epoch, text::decimal_4(record.loss),
                                 percent_ascii(record.accuracy));
  if (!std::isnan(record.val_loss))
    text += fmt::format("  val_loss {}  val_accuracy {}", text::decimal_4(record.val_loss),
                        percent_ascii(record.val_accuracy));
  return text;
}

std::string speed(const run::EpochRecord& record) {
  return fmt::format("{:.0f} images/s, {} for the epoch, learning rate {:.3g}", record.images_per_second,
                     format_duration(record.seconds), record.learning_rate);
}

/// Cut off where the terminal ends.
std::string line_of(const std::string& text, int columns) {
  return first_letters(text, static_cast<size_t>(columns)) + '\n';
}

}  // namespace

std::string draw_progress(const analysis::RunProgress& progress, int columns, int rows, TerminalLook look) {
  columns = std::max(columns, 40);
  std::string text = line_of(header(progress), columns);
  if (progress.history.empty()) return text;
  constexpr int kTextLines = 5;  // header, numbers, speed, what the caller adds, and where the cursor stays
  text += draw_plots(progress.history, columns, rows - kTextLines, look);
  const run::EpochRecord& last = progress.history.back();
  return text + line_of(numbers(last), columns) + line_of(speed(last), columns);
}

}  // namespace margay::plot
