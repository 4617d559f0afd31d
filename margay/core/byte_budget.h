// Memory that threads take from one amount, and wait for where it is spent.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace margay {

/// An amount of bytes. Whoever wants more than is left waits for the others; one that wants more than all of
/// it goes alone. Thread-safe. No thread may want a second part of the same budget while it has one.
class ByteBudget {
 public:
  explicit ByteBudget(uint64_t bytes) : bytes_(bytes) {}

  uint64_t bytes() const { return bytes_; }
  void take(uint64_t bytes);
  void give_back(uint64_t bytes);

 private:
  const uint64_t bytes_;
  std::mutex mutex_;
  std::condition_variable freed_;
  uint64_t taken_ = 0;
};

}  // namespace margay
