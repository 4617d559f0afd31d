// From the pictures of a request to their answers: decoded side by side, batched with those of others.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "margay/core/worker_pool.h"
#include "margay/serve/picture_input.h"
#include "margay/serve/served_model.h"

namespace margay::serve {

/// What is to be answered.
struct PictureTask {
  std::shared_ptr<ServedModel> model = {};
  std::vector<PictureInput> pictures = {};  ///< at least one
  uint64_t max_pixels = 0;                  ///< of each
  std::shared_ptr<const void> owner = {};   ///< keeps the bytes that the pictures view
  std::function<bool()> is_wanted = {};     ///< whether anybody still waits; called from many threads
  /// Called once, from some thread, with an outcome for each picture in their order; must not throw.
  std::function<void(std::vector<Outcome>)> finish = {};
};

/// Begins it and returns at once. May be called from a task of the pool.
void begin(PictureTask task, WorkerPool& pool);

}  // namespace margay::serve
