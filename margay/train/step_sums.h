// What the batches of a step and the steps of an epoch add up to.
#pragma once

#include "margay/train/training.h"

namespace margay::train {

/// Before the first batch of a step.
void begin_step(Training& training);

/// Remembers why the step cannot be used; the first reason counts.
void refuse(Training& training, const std::string& reason);

/// What the batch has in the gradient of the step, so that it is that of all its pictures at once; where they
/// have weights, but for the factor `gradient_scale`: what all of them count is known at the step's end only.
double share_of_step(const Training& training, const data::Batch& batch, const BatchLoss& loss);
double gradient_scale(const Step& step);

/// Adds a batch, whose mean loss is finite, to its step and its epoch.
void count(Training& training, const data::Batch& batch, const BatchLoss& loss, double mean);

/// What training tells of the epoch.
run::EpochRecord record_of(const EpochProgress& epoch);

}  // namespace margay::train
