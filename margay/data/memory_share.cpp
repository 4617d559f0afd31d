// One budget for the whole process, as its memory is one.
#include "margay/data/memory_share.h"

#include "margay/core/byte_budget.h"

namespace margay::data {
namespace {

ByteBudget& budget() {
  static ByteBudget all(uint64_t{256} << 20);
  return all;
}

}  // namespace

MemoryShare::MemoryShare(uint64_t bytes) : bytes_(bytes) {
  budget().take(bytes_);
}

MemoryShare::~MemoryShare() {
  budget().give_back(bytes_);
}

}  // namespace margay::data
