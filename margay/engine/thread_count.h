// How many threads libtorch computes with.
#pragma once

#include <ATen/Parallel.h>

namespace margay::engine {

/// While it lives, libtorch shares the work of this thread out among so many. Trainings of other threads of
/// the program have numbers of their own.
class ThreadCount {
 public:
  explicit ThreadCount(int threads) : before_(at::get_num_threads()) { at::set_num_threads(threads); }
  ThreadCount(const ThreadCount&) = delete;
  ThreadCount& operator=(const ThreadCount&) = delete;
  ~ThreadCount() { at::set_num_threads(before_); }

 private:
  int before_;
};

}  // namespace margay::engine
