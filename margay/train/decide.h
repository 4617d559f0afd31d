// What a configuration leaves open, decided for this machine and these pictures.
#pragma once

#include "margay/recipe/config.h"
#include "margay/train/training_data.h"

namespace margay::train {

/// `config` with every "auto" and 0 decided for this machine. Throws UsageError for what it does not have.
recipe::Config decide(recipe::Config config);
/// The same, with what the pictures decide.
recipe::Config decide(recipe::Config config, const TrainingData& data);

}  // namespace margay::train
