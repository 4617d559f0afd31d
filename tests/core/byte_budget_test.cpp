// What all threads take together stays within the budget.
#include "margay/core/byte_budget.h"

#include <doctest/doctest.h>

#include <atomic>

#include "margay/core/worker_pool.h"

using namespace margay;

TEST_CASE("threads wait for what others have of a budget") {
  ByteBudget budget(250);
  std::atomic<int> held{0}, most{0};
  WorkerPool pool(8);
  pool.parallel_for(64, [&](size_t) {
    budget.take(100);
    const int now = ++held;
    for (int known = most; now > known && !most.compare_exchange_weak(known, now);) {
    }
    --held;
    budget.give_back(100);
  });
  CHECK(most <= 2);
  budget.take(UINT64_MAX);  // more than all of it goes alone
  budget.give_back(UINT64_MAX);
  CHECK(budget.bytes() == 250);
}
