// What the weights that a training begins with have learned from, by all runs that they have gone through.
#pragma once

#include <string>

#include "margay/recipe/config.h"
#include "margay/run/recorded_data.h"

namespace margay::run {

/// Whether a run has said what its weights come from: it began with none, with published ones, or has a
/// record of those. Runs of earlier versions that began with others have none.
bool knows_its_weights(const RunDirectory& directory);

/// Of the weights that a configuration begins with; nothing where those are published ones. Throws
/// FormatError, IoError.
LearnedBefore learned_before(const recipe::NetworkConfig& network);

}  // namespace margay::run
