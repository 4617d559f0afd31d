// How far a training has come, by what it has left.
#pragma once

#include "margay/run/run_directory.h"

namespace margay::run {

enum class RunState {
  none,      ///< there is no configuration: no training began here
  begun,     ///< it ended before its first checkpoint: whoever goes on begins anew
  halted,    ///< there is a checkpoint to go on from
  finished,  ///< there is a model of all epochs that the configuration asks for
};

/// Of the run in a folder; one that was ended by its patience is `halted`, since it can go on with more of
/// that. Throws FormatError, IoError.
RunState state_of(const RunDirectory& directory);

}  // namespace margay::run
