// A model that answers: its network and the queue before it. It never changes; a file that changed becomes
// another.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "margay/predict/predictor.h"
#include "margay/serve/batcher.h"

namespace margay::serve {

/// Thread-safe. Must not be destroyed from a picture's `finish`; see ModelStore.
class ServedModel {
 public:
  /// `observe` is told the size of each batch.
  ServedModel(std::string name, predict::Predictor predictor, const BatchSettings& settings,
              std::function<void(int)> observe = {});

  const std::string& name() const { return name_; }
  const std::vector<std::string>& classes() const { return predictor_.class_names(); }
  const image::Preprocess& preprocess() const { return predictor_.preprocess(); }
  void submit(QueuedPicture picture) { batcher_.submit(std::move(picture)); }

 private:
  const std::string name_;
  predict::Predictor predictor_;  ///< of the batcher's thread, but for what is constant
  Batcher batcher_;               ///< last: its thread uses the others
};

}  // namespace margay::serve
