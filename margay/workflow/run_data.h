// What a run writes down about its pictures, and whether they are still the same when it goes on.
#pragma once

#include <string>

#include "margay/workflow/training_run.h"

namespace margay::workflow {

/// What has become of the pictures since the run began; empty where all is as it was, where the run does not
/// go on, and where it knows nothing of contents. Throws DataError, with what has changed, unless the request
/// accepts changed data.
std::string accepted_changes(const TrainingRequest& request);

/// Writes manifest.csv with the contents of the pictures where there is none that has them or `changed` says
/// that they are others now, and learned.csv where the weights have learned, or may have, from further
/// pictures: those of the run whose weights the training begins with, and those before a change.
void write_data_record(const TrainingRequest& request, bool changed);

}  // namespace margay::workflow
