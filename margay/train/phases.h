// Parts of a training in which its pictures are shown in the same way.
#pragma once

#include "margay/recipe/config.h"

namespace margay::train {

/// Whether batches may be mixed in an epoch that begins when so much of the training, in [0, 1], is done.
bool may_mix(const recipe::MixingConfig& mixing, double progress);

/// The first epoch (from 1) since which pictures have had the size that they have in `epoch`, and have been
/// mixed or not as there, if the training has always been as long as `config` says. Losses of epochs before
/// it are not to be compared with those since.
int first_epoch_like(const recipe::Config& config, int epoch);

}  // namespace margay::train
