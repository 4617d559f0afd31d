// A queue of tasks guarded by one mutex: tasks here are whole pictures, so that the lock is never the cost.
#include "margay/core/worker_pool.h"

#include <atomic>
#include <exception>
#include <memory>
#include <system_error>
#include <utility>

#include "margay/core/error.h"

namespace margay {

WorkerPool::WorkerPool(int threads) {
  require(threads >= 1 && threads <= kMostThreads, "core.worker_pool",
          fmt::format("{} threads, expected 1 to {}", threads, kMostThreads));
  threads_.reserve(static_cast<size_t>(threads));
  try {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  } catch (const std::system_error& error) {
    const size_t made = threads_.size();
    finish();
    throw IoError(
        "core.worker_pool",
        fmt::format("only {} of {} threads could be made: {}", made, threads, error.code().message()),
        "ask for fewer, or look at the limits of this process: ulimit -u, ulimit -v");
  }
}

WorkerPool::~WorkerPool() {
  finish();
}

void WorkerPool::finish() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::submit(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  ready_.notify_one();
}

void WorkerPool::work() {
  for (;;) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return closing_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    const std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
  }
}

namespace {

/// What the threads of one parallel_for share.
struct SharedLoop {
  explicit SharedLoop(size_t count) : n(count) {}

  void run(const std::function<void(size_t)>& body) {
    for (size_t i = next++; i < n; i = next++) {
      try {
        body(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!error) error = std::current_exception();
        next = n;
      }
    }
  }

  const size_t n;
  std::atomic<size_t> next{0};
  std::mutex mutex;
  std::condition_variable finished;
  int running = 0;
  std::exception_ptr error;
};

}  // namespace

void WorkerPool::parallel_for(size_t n, const std::function<void(size_t)>& body) {
  if (n == 0) return;
  auto loop = std::make_shared<SharedLoop>(n);
  // A count of its own: the first tasks may be done, and loop->running lower, before the last is submitted.
  const int helpers = static_cast<int>(std::min(threads_.size(), n - 1));
  loop->running = helpers;
  for (int i = 0; i < helpers; ++i) {
    submit([loop, &body] {
      loop->run(body);
      const std::lock_guard lock(loop->mutex);
      if (--loop->running == 0) loop->finished.notify_all();
    });
  }
  loop->run(body);
  std::unique_lock lock(loop->mutex);
  loop->finished.wait(lock, [&] { return loop->running == 0; });
  if (loop->error) std::rethrow_exception(loop->error);
}

void require_threads(int more) {
  if (more < 1) return;
  const WorkerPool probe(more);
}

}  // namespace margay
