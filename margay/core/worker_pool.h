// A fixed set of threads that run tasks; the only place where margay starts threads for work.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace margay {

/// Threads that take tasks in the order of `submit`. Thread-safe. The destructor finishes what was submitted.
class WorkerPool {
 public:
  /// More than any machine that margay runs on has processors.
  static constexpr int kMostThreads = 1024;

  /// `threads` from 1 to kMostThreads. Throws IoError that says how many the system lets it have, where that
  /// is fewer.
  explicit WorkerPool(int threads);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool();

  int size() const { return static_cast<int>(threads_.size()); }

  /// Runs `task` on one of the threads, some time; the task must not throw.
  void submit(std::function<void()> task);

  /// Calls `body(i)` for every i in [0, n) on the pool and the calling thread, and returns when all are done.
  /// The first exception stops the handing out of further indices and is rethrown here. Not to be called from
  /// a task of the pool.
  void parallel_for(size_t n, const std::function<void(size_t)>& body);

 private:
  void work();
  void finish();

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> tasks_;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

/// Whether so many more threads can be had now, 0 to kMostThreads: libraries that make threads of their own
/// end the program, or wait for ever, where they get none. Throws as WorkerPool.
void require_threads(int more);

}  // namespace margay
