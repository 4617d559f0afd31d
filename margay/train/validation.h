// Measures the network on the validation pictures.
#pragma once

#include "margay/train/training.h"
#include "margay/train/validation_score.h"

namespace margay::train {

/// Of the network as it is, on the pictures as they are, with plain cross-entropy; nothing where there are
/// none.
Measures measure(Training& training);

/// Writes them into the record.
void add(const Measures& measures, run::EpochRecord& record);

}  // namespace margay::train
