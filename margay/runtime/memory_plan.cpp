// Greedy placement by size.
#include "margay/runtime/memory_plan.h"

#include <algorithm>
#include <numeric>

namespace margay::runtime {
namespace {

size_t aligned(size_t size_bytes) {
  return (size_bytes + kBufferAlignment - 1) / kBufferAlignment * kBufferAlignment;
}

bool overlap_in_time(const Lifetime& a, const Lifetime& b) {
  return a.first <= b.last && b.first <= a.last;
}

}  // namespace

MemoryPlan plan_memory(const std::vector<Lifetime>& values) {
  MemoryPlan plan{std::vector<size_t>(values.size()), 0};
  std::vector<size_t> by_size(values.size());
  std::iota(by_size.begin(), by_size.end(), size_t{0});
  std::stable_sort(by_size.begin(), by_size.end(),
                   [&](size_t a, size_t b) { return values[a].size_bytes > values[b].size_bytes; });

  std::vector<size_t> placed;  // in the order of their offsets
  for (const size_t value : by_size) {
    const size_t needed = aligned(values[value].size_bytes);
    size_t offset = 0;
    for (const size_t other : placed) {
      if (!overlap_in_time(values[value], values[other])) continue;
      if (offset + needed <= plan.offsets[other]) break;
      offset = std::max(offset, plan.offsets[other] + aligned(values[other].size_bytes));
    }
    plan.offsets[value] = offset;
    plan.size_bytes = std::max(plan.size_bytes, offset + needed);
    const auto place = std::upper_bound(placed.begin(), placed.end(), value, [&](size_t a, size_t b) {
      return plan.offsets[a] < plan.offsets[b];
    });
    placed.insert(place, value);
  }
  return plan;
}

}  // namespace margay::runtime
