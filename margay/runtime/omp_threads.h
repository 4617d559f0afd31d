// How many threads oneDNN computes on.
#pragma once

#include <omp.h>

namespace margay::runtime {

/// Makes the calling thread's team of OpenMP, which ends the program where it gets no threads. Throws as
/// require_threads where the system does not give as many. Where libraries use fewer in between, threads are
/// made again without being asked for.
void require_omp_threads(int threads);

/// Sets OpenMP's number of threads for the calling thread and gives its own back.
class OmpThreads {
 public:
  /// Throws as require_omp_threads.
  explicit OmpThreads(int threads) : before_(omp_get_max_threads()) {
    require_omp_threads(threads);
    omp_set_num_threads(threads);
  }
  OmpThreads(const OmpThreads&) = delete;
  OmpThreads& operator=(const OmpThreads&) = delete;
  ~OmpThreads() { omp_set_num_threads(before_); }

 private:
  int before_;
};

}  // namespace margay::runtime
