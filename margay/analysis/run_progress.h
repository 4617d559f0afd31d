// How far a training is, and the time that is left.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "margay/run/history.h"
#include "margay/run/run_directory.h"

namespace margay::analysis {

/// A training as its files show it while it runs.
struct RunProgress {
  std::string name;  ///< printable
  int epochs = 0;    ///< that it shall have
  run::History history;
  bool ended = false;       ///< all epochs are done, or the model was written before
  bool killed = false;      ///< before that: nobody trains it any more
  double running_s = 0;     ///< from the start, or from where it was resumed, to the end of the last epoch
  double since_last_s = 0;  ///< since the end of the last epoch
};

/// What can be told of a training from outside.
enum class RunState {
  waiting,   ///< no epoch has ended yet
  failed,    ///< ended before its first epoch did
  running,   ///< an epoch ended a while ago, and others are to come
  silent,    ///< the last one ended so long ago that it may have been stopped
  killed,    ///< nobody trains it any more, and it has not ended
  ended,     ///< before all epochs were done
  complete,  ///< all epochs are done
};

RunState state_of(const RunProgress& progress);

/// From the files of the run and the times at which they were written. Throws IoError, FormatError.
RunProgress read_progress(const run::RunDirectory& directory, int epochs);

/// Seconds until all epochs are done, validation included; nothing before the first epoch has ended. What the
/// epochs since the last start took, with all that is between them, is what the others will take.
std::optional<double> seconds_left(const RunProgress& progress);

}  // namespace margay::analysis
