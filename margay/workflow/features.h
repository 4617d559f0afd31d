// What a frozen network sees in pictures, computed once and kept.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "margay/core/worker_pool.h"
#include "margay/data/decoded_cache.h"
#include "margay/graph/backbone.h"
#include "margay/recipe/config.h"

namespace margay::workflow {

/// Vectors of features `[views * pictures, width]`, each view whole after the one before; the first of them
/// while they are being computed.
struct Features {
  size_t width = 0;
  size_t rows = 0;            ///< of all
  std::vector<float> values;  ///< of those that are done

  size_t done() const { return width == 0 ? 0 : values.size() / width; }
  bool complete() const { return done() == rows; }
};

/// No vectors yet, and room for them all. Throws DataError where there is not enough memory.
Features reserve_features(const graph::Backbone& backbone, const data::DecodedCache& pictures, int views);

/// Computes those that are missing, in float32 on the processor; `after_batch` is called after each batch and
/// may throw. `weights` are those of the whole network. View 0 is the picture as it is, 1
/// mirrored, the others as config.augment changes it, which depends on the seed, the view and the content.
void compute_features(const graph::Backbone& backbone, const graph::Weights& weights,
                      const recipe::Config& config, const data::DecodedCache& pictures, WorkerPool& pool,
                      Features& features, const std::function<void()>& after_batch);

}  // namespace margay::workflow
