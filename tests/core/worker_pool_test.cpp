// Every index once, every task to the end, and exceptions to the caller.
#include "margay/core/worker_pool.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <vector>

#include "margay/core/error.h"

using namespace margay;

TEST_CASE("a parallel loop visits every index once") {
  for (const int threads : {1, 2, 8}) {
    WorkerPool pool(threads);
    CHECK(pool.size() == threads);
    for (const size_t n : {0u, 1u, 2u, 7u, 1000u}) {
      std::vector<std::atomic<int>> visits(n);
      pool.parallel_for(n, [&](size_t i) { ++visits[i]; });
      CHECK(std::all_of(visits.begin(), visits.end(), [](const auto& count) { return count == 1; }));
    }
  }
}

TEST_CASE("many short loops all end") {
  WorkerPool pool(8);
  std::atomic<int> visits = 0;
  for (int i = 0; i < 3000; ++i) pool.parallel_for(9, [&](size_t) { ++visits; });
  CHECK(visits == 27000);
}

TEST_CASE("loops from many threads share one pool") {
  WorkerPool pool(3);
  std::atomic<int> visits = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] {
      for (int k = 0; k < 100; ++k) pool.parallel_for(20, [&](size_t) { ++visits; });
    });
  for (std::thread& caller : callers) caller.join();
  CHECK(visits == 8000);
}

TEST_CASE("an exception ends the loop and reaches the caller") {
  for (const int threads : {1, 8}) {
    WorkerPool pool(threads);
    std::atomic<int> visits = 0;
    const auto body = [&](size_t i) {
      ++visits;
      if (i == 3) throw std::domain_error("index 3");
    };
    CHECK_THROWS_WITH_AS(pool.parallel_for(1'000'000, body), "index 3", std::domain_error);
    CHECK(visits < 1'000'000);
    pool.parallel_for(10, [&](size_t) { visits = -1; });
    CHECK(visits == -1);
  }
}

TEST_CASE("the pool finishes what was submitted before it goes") {
  std::atomic<int> done = 0;
  {
    WorkerPool pool(2);
    for (int i = 0; i < 100; ++i) pool.submit([&] { ++done; });
  }
  CHECK(done == 100);
}

TEST_CASE("a pool without threads is refused") {
  CHECK_THROWS_AS(WorkerPool(0), UsageError);
  CHECK_THROWS_AS(WorkerPool(-1), UsageError);
}
