// Reads and draws a training in progress.
#include "margay/report/run_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <system_error>

#include "margay/core/printable.h"
#include "margay/core/utf8.h"
#include "margay/report/curves.h"
#include "margay/report/phrases.h"
#include "margay/report/trend.h"

namespace margay::report {
namespace fs = std::filesystem;
namespace {

constexpr int kBeside = 120;  // columns from which on both plots fit beside each other

std::optional<fs::file_time_type> time_of(const fs::path& path) {
  std::error_code missing;
  const auto time = fs::last_write_time(path, missing);
  return missing ? std::nullopt : std::optional(time);
}

double seconds_between(fs::file_time_type from, fs::file_time_type to) {
  return std::max(0.0, std::chrono::duration<double>(to - from).count());
}

/// Epochs since the training was last started: the last ones, as many as there was time for.
struct TrainedEpochs {
  int count = 0;
  double seconds = 0;  ///< of their training
};

TrainedEpochs trained_since_start(const RunProgress& progress) {
  TrainedEpochs trained;
  for (auto record = progress.history.rbegin(); record != progress.history.rend(); ++record) {
    if (trained.seconds + record->seconds > progress.running_s) break;
    trained.seconds += record->seconds, ++trained.count;
  }
  return trained;
}

double median_seconds(const run::History& history) {
  std::vector<double> seconds;
  for (const run::EpochRecord& record : history) seconds.push_back(record.seconds);
  return median(seconds);
}

/// Of one epoch with its validation.
double epoch_seconds(const RunProgress& progress) {
  // Validation has no backward pass; where more time seems lost, the files are copies with times of their
  // own.
  constexpr double kMostOverhead = 2;
  const TrainedEpochs trained = trained_since_start(progress);
  if (trained.count == 0 || progress.running_s > kMostOverhead * trained.seconds)
    return median_seconds(progress.history);
  return progress.running_s / trained.count;
}

std::string header(const RunProgress& progress) {
  const int done = progress.history.empty() ? 0 : progress.history.back().epoch;
  const auto told = [&](const std::string& state) { return progress.name + ": " + state; };
  switch (state_of(progress)) {
    case RunState::waiting:
      return told(fmt::format("no epoch has ended yet (of {})", progress.epochs));
    case RunState::failed:
      return told(fmt::format("ended before its first epoch did (of {})", progress.epochs));
    case RunState::complete:
      return told(done == 1 ? "its one epoch is done" : fmt::format("all {} epochs are done", done));
    case RunState::ended:
      return told(fmt::format("ended after epoch {} of {}", done, progress.epochs));
    case RunState::silent:
      return told(fmt::format("epoch {} of {}, and nothing new for {}: it may have been stopped", done,
                              progress.epochs, format_duration(progress.since_last_s)));
    case RunState::running:
      break;
  }
  return told(fmt::format("epoch {} of {}, {} left", done, progress.epochs,
                          format_duration(*seconds_left(progress))));
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
  std::string text = fmt::format("epoch {}  loss {}  accuracy {}", record.epoch, decimal_4(record.loss),
                                 percent_ascii(record.accuracy));
  if (!std::isnan(record.val_loss))
    text += fmt::format("  val_loss {}  val_accuracy {}", decimal_4(record.val_loss),
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

RunProgress read_progress(const run::RunDirectory& directory, int epochs) {
  RunProgress progress;
  progress.name = printable(directory.root.string()), progress.epochs = epochs;
  const auto started = time_of(directory.config()), model = time_of(directory.model());
  const auto last = time_of(directory.history_jsonl());
  if (last) progress.history = run::read_history(directory.history_jsonl());
  if (started && last) progress.running_s = seconds_between(*started, *last);
  if (last) progress.since_last_s = seconds_between(*last, fs::file_time_type::clock::now());
  const bool is_complete = !progress.history.empty() && progress.history.back().epoch >= epochs;
  const bool has_ended = model && started && *model >= *started && (!last || *model >= *last);
  progress.ended = is_complete || has_ended;
  return progress;
}

RunState state_of(const RunProgress& progress) {
  if (progress.history.empty()) return progress.ended ? RunState::failed : RunState::waiting;
  if (progress.history.back().epoch >= progress.epochs) return RunState::complete;
  if (progress.ended) return RunState::ended;
  constexpr double kSilence = 4;  // epochs
  const bool silent = progress.since_last_s > std::max(60.0, kSilence * epoch_seconds(progress));
  return silent ? RunState::silent : RunState::running;
}

std::optional<double> seconds_left(const RunProgress& progress) {
  if (progress.history.empty()) return std::nullopt;
  const int epochs = std::max(0, progress.epochs - progress.history.back().epoch);
  return std::max(0.0, epochs * epoch_seconds(progress) - progress.since_last_s);
}

std::string draw_progress(const RunProgress& progress, int columns, int rows, TerminalLook look) {
  columns = std::max(columns, 40);
  std::string text = line_of(header(progress), columns);
  if (progress.history.empty()) return text;
  constexpr int kTextLines = 5;  // header, numbers, speed, what the caller adds, and where the cursor stays
  text += draw_plots(progress.history, columns, rows - kTextLines, look);
  const run::EpochRecord& last = progress.history.back();
  return text + line_of(numbers(last), columns) + line_of(speed(last), columns);
}

}  // namespace margay::report
