// Pictures of several requests go through the network together, and none waits longer for others than was
// allowed.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <variant>
#include <vector>

#include "margay/predict/answer.h"
#include "margay/serve/options.h"

namespace margay::serve {

/// What became of a picture.
using Outcome = std::variant<predict::Answer, std::exception_ptr>;

/// A picture that waits for the network.
struct QueuedPicture {
  std::vector<float> values = {};            ///< the network's input, [H, W, 3]
  std::function<bool()> is_wanted = {};      ///< whether anybody still waits for the answer
  std::function<void(Outcome)> finish = {};  ///< called once, from the batcher's thread; must not throw
};

/// Runs batches on a thread of its own: when a picture has waited for `max_delay`, or `max_batch` are there,
/// and the batch before is done. Thread-safe. The destructor finishes what was submitted; it must not be
/// called from `finish`.
class Batcher {
 public:
  /// Answers `count` pictures whose values lie one after the other; called from the batcher's thread alone.
  using Run = std::function<std::vector<predict::Answer>(std::span<const float> values, int count)>;

  /// `observe` is told the size of each batch that was run.
  Batcher(const BatchSettings& settings, Run run, std::function<void(int)> observe = {});
  Batcher(const Batcher&) = delete;
  Batcher& operator=(const Batcher&) = delete;
  ~Batcher();

  void submit(QueuedPicture picture);

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    QueuedPicture picture;
    Clock::time_point arrival;
  };

  void work();
  /// Waits for a batch; empty when there is none and there will be none.
  std::vector<QueuedPicture> next_batch();
  void run_batch(std::vector<QueuedPicture>& batch);

  const BatchSettings settings_;
  const Run run_;
  const std::function<void(int)> observe_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace margay::serve
