// A training that goes on is the one that was begun.
#pragma once

#include <filesystem>

#include "margay/core/json.h"

namespace margay::train {

/// Throws UsageError, with what has changed, where a checkpoint was made with other settings than those that
/// a training would go on with. `begun` is null in checkpoints of earlier versions, which say nothing of it.
/// `run` is the folder that the checkpoint lies in.
void require_same_settings(const Json& begun, const Json& now, const std::filesystem::path& run);

}  // namespace margay::train
