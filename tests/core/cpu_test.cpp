#include "margay/core/cpu.h"

#include <doctest/doctest.h>
#include <sched.h>

#include <vector>

using namespace margay;

TEST_CASE("the affinity mask limits the processors") {
  cpu_set_t before;
  CPU_ZERO(&before);
  REQUIRE(sched_getaffinity(0, sizeof before, &before) == 0);
  CHECK(usable_cpus() >= 1);
  CHECK(usable_cpus() <= CPU_COUNT(&before));
  int first = 0;
  while (!CPU_ISSET(first, &before)) ++first;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
  CHECK(usable_cpus() == 1);
  sched_setaffinity(0, sizeof before, &before);
}

TEST_CASE("memory that is taken shows") {
  const uint64_t before = anonymous_memory_bytes();
  REQUIRE(before > 0);
  const std::vector<char> block(64 << 20, 1);
  CHECK(anonymous_memory_bytes() >= before + (32 << 20) * static_cast<uint64_t>(block[1]));
  CHECK(available_memory_bytes() > 0);
  CHECK(peak_memory_bytes() >= anonymous_memory_bytes());
}

TEST_CASE("bfloat16 comes with AVX-512") {
  if (cpu_has_bf16()) CHECK(cpu_has_avx512());
}
