// Which decisions of a training nobody has asked for.
#pragma once

#include <filesystem>
#include <vector>

#include "margay/analysis/decision.h"
#include "margay/recipe/config.h"
#include "margay/train/training_data.h"

namespace margay::workflow {

/// What `decided` has where `asked` leaves it to margay, with the reasons in numbers of `data`.
std::vector<analysis::Decision> decisions_of(const recipe::Config& asked, const recipe::Config& decided,
                                             const train::TrainingData& data);

/// The same as a file remembers it, for a run that goes on; empty where there is none or it is damaged.
std::vector<analysis::Decision> remembered_decisions(const std::filesystem::path& file);

}  // namespace margay::workflow
