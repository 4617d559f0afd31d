// What of a recipe fits into a budget of time.
#pragma once

#include <stop_token>

#include "margay/analysis/time_plan.h"
#include "margay/core/worker_pool.h"
#include "margay/data/dataset.h"
#include "margay/recipe/config.h"

namespace margay::workflow {

/// Measures how fast this machine decodes the pictures of "train" and trains the networks of config.budget
/// with them, which takes a fiftieth of `seconds` or two, and decides what is to be trained in `seconds` from
/// now. The epochs are an estimate, which the trainer corrects on the way. Throws DataError where too few
/// pictures decode, Interrupted when stopped, and what a training throws.
analysis::TimePlan plan_for_budget(const recipe::Config& config, const data::Dataset& dataset, double seconds,
                                   WorkerPool& pool, const std::stop_token& stop = {});

}  // namespace margay::workflow
