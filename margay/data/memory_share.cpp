// One counter for the whole process, as its memory is one.
#include "margay/data/memory_share.h"

#include <condition_variable>
#include <mutex>

namespace margay::data {
namespace {

constexpr uint64_t kAllBytes = uint64_t{256} << 20;

struct Shares {
  std::mutex mutex;
  std::condition_variable freed;
  uint64_t taken = 0;
};

Shares& shares() {
  static Shares all;
  return all;
}

}  // namespace

MemoryShare::MemoryShare(uint64_t bytes) : bytes_(bytes) {
  Shares& all = shares();
  std::unique_lock lock(all.mutex);
  all.freed.wait(lock, [&] { return all.taken == 0 || all.taken + bytes <= kAllBytes; });
  all.taken += bytes;
}

MemoryShare::~MemoryShare() {
  Shares& all = shares();
  {
    const std::lock_guard lock(all.mutex);
    all.taken -= bytes_;
  }
  all.freed.notify_all();
}

}  // namespace margay::data
