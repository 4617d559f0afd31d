// What can run a network: the only thing that the predictor knows about engines.
#pragma once

#include <limits>
#include <memory>
#include <span>
#include <vector>

namespace margay::predict {

/// Runs one fixed network. Not thread-safe; share one per thread.
class Executor {
 public:
  virtual ~Executor() = default;

  /// Logits `[count, outputs]` of `count` normalised pictures `[count, H, W, 3]` (channels last), row-major
  /// float32.
  virtual std::vector<float> run(std::span<const float> pictures, int count) = 0;

  /// How many pictures may be run together without taking more memory than was allowed, at least 1.
  virtual int most_pictures() const { return std::numeric_limits<int>::max(); }

  /// Another executor of the same network for another thread, with the same weights in memory, that computes
  /// on so many threads, 0: as many as this one. It may outlive this one. nullptr: this kind cannot do it.
  /// May be called while others of the network run.
  virtual std::unique_ptr<Executor> share(int threads) const {
    (void)threads;
    return nullptr;
  }
};

}  // namespace margay::predict
