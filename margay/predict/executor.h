// What can run a network: the only thing that the predictor knows about engines.
#pragma once

#include <span>
#include <vector>

namespace margay::predict {

/// Runs one fixed network. Not thread-safe; make one per thread.
class Executor {
 public:
  virtual ~Executor() = default;

  /// Logits `[count, outputs]` of `count` normalised pictures `[count, H, W, 3]` (channels last), row-major
  /// float32.
  virtual std::vector<float> run(std::span<const float> pictures, int count) = 0;
};

}  // namespace margay::predict
