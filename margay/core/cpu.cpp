// Reads affinity, processor features and memory on Linux.
#include "margay/core/cpu.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

#include "margay/core/cgroup.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace margay {
namespace {

int affinity_count() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

}  // namespace

int usable_cpus() {
  const double quota = cgroup_cpu_quota();
  const double cpus = std::min(static_cast<double>(affinity_count()), std::ceil(quota));
  return std::max(1, static_cast<int>(cpus));
}

#if defined(__x86_64__)

bool cpu_has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}

bool cpu_has_bf16() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (!cpu_has_avx512() || !__get_cpuid_count(7, 1, &a, &b, &c, &d)) return false;
  return (a & (1u << 5)) != 0;  // AVX512_BF16, which every processor with AMX_BF16 has too
}

#else

bool cpu_has_avx512() {
  return false;
}
bool cpu_has_bf16() {
  return false;
}

#endif

namespace {

/// The number behind "KEY:" in a file of /proc, which is in kibibytes; nothing where there is none.
std::optional<uint64_t> read_proc_bytes(const char* path, const std::string& wanted) {
  std::ifstream file(path);
  std::string key;
  while (file >> key) {
    uint64_t kibibytes = 0;
    if (key == wanted + ":" && file >> kibibytes) return kibibytes * 1024;
    file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return std::nullopt;
}

}  // namespace

uint64_t anonymous_memory_bytes() {
  return read_proc_bytes("/proc/self/status", "RssAnon").value_or(0);
}

uint64_t peak_memory_bytes() {
  return read_proc_bytes("/proc/self/status", "VmHWM").value_or(0);
}

uint64_t available_memory_bytes() {
  constexpr uint64_t kUnknown = std::numeric_limits<uint64_t>::max();
  const uint64_t available = read_proc_bytes("/proc/meminfo", "MemAvailable").value_or(kUnknown);
  return std::min(available, cgroup_memory_left().value_or(kUnknown));
}

}  // namespace margay
