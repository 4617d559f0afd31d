// Counts finished pictures of a parallel loop.
#pragma once

#include <mutex>
#include <utility>

#include "margay/core/progress.h"

namespace margay::data {

/// Tells an observer, which wants to be called from one thread at a time. Thread-safe; the observer must
/// outlive it.
class ProgressCounter {
 public:
  ProgressCounter(const ProgressObserver& observer, Progress progress)
      : observer_(observer), progress_(std::move(progress)) {}

  void add_one() {
    if (!observer_) return;
    const std::lock_guard lock(mutex_);
    ++progress_.done;
    observer_(progress_);
  }

 private:
  const ProgressObserver& observer_;
  Progress progress_;
  std::mutex mutex_;
};

}  // namespace margay::data
