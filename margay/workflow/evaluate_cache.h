// Predictions for decoded pictures, with the runtime that users will have.
#pragma once

#include <vector>

#include "margay/data/decoded_cache.h"
#include "margay/model/model.h"

namespace margay::workflow {

/// Probabilities `[pictures][classes]` in the cache's order, in float32 with the torch-free runtime.
std::vector<std::vector<double>> predict_cache(const model::Model& model, const data::DecodedCache& cache,
                                               int threads);

/// Share of the most frequent label, in (0, 1].
double majority_share(const data::DecodedCache& cache);

}  // namespace margay::workflow
