// Teams of OpenMP are there before libraries need them.
#include "margay/runtime/omp_threads.h"

#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <thread>

using namespace margay;

namespace {

auto threads_of_process() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

}  // namespace

TEST_CASE("a team that a smaller one has ended is made again") {
  std::thread([] {
    runtime::require_omp_threads(6);
    runtime::require_omp_threads(2);
    std::atomic<int> made{0};
#pragma omp parallel num_threads(2)
    ++made;
    runtime::require_omp_threads(6);
    CHECK(threads_of_process() >= 2 + 5);
  }).join();
}
