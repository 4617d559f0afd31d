// Reads a training in progress.
#include "margay/analysis/run_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <system_error>

#include "margay/analysis/trend.h"
#include "margay/core/printable.h"
#include "margay/run/folder_lock.h"

namespace margay::analysis {
namespace fs = std::filesystem;
namespace {

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
  progress.killed = !progress.ended && run::FolderLock::is_abandoned(directory.root);
  return progress;
}

RunState state_of(const RunProgress& progress) {
  if (progress.killed) return RunState::killed;
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

}  // namespace margay::analysis
