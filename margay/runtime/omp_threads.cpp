// Asks the system for threads before OpenMP does, which knows no errors.
#include "margay/runtime/omp_threads.h"

#include <atomic>

#include "margay/core/worker_pool.h"

namespace margay::runtime {
namespace {

/// Of the calling thread, kept by OpenMP from one parallel region to the next. A region of fewer threads, but
/// for one alone, ends those that it does not need (libgomp).
thread_local int team_size = 1;

}  // namespace

void require_omp_threads(int threads) {
  if (threads > team_size) {
    require_threads(threads - team_size);
    std::atomic<int> made{0};  // an empty region might be left out
#pragma omp parallel num_threads(threads)
    ++made;
  }
  if (threads > 1) team_size = threads;
}

}  // namespace margay::runtime
