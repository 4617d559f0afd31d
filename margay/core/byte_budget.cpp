// One counter behind one lock.
#include "margay/core/byte_budget.h"

namespace margay {

void ByteBudget::take(uint64_t bytes) {
  std::unique_lock lock(mutex_);
  freed_.wait(lock, [&] { return taken_ == 0 || (bytes <= bytes_ && taken_ <= bytes_ - bytes); });
  taken_ += bytes;
}

void ByteBudget::give_back(uint64_t bytes) {
  {
    const std::lock_guard lock(mutex_);
    taken_ -= bytes;
  }
  freed_.notify_all();
}

}  // namespace margay
