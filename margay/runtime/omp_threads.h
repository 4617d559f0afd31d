// How many threads oneDNN computes on.
#pragma once

#include <omp.h>

namespace margay::runtime {

/// Sets OpenMP's number of threads for the calling thread and gives its own back.
class OmpThreads {
 public:
  explicit OmpThreads(int threads) : before_(omp_get_max_threads()) { omp_set_num_threads(threads); }
  OmpThreads(const OmpThreads&) = delete;
  OmpThreads& operator=(const OmpThreads&) = delete;
  ~OmpThreads() { omp_set_num_threads(before_); }

 private:
  int before_;
};

}  // namespace margay::runtime
