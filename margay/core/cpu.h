// What this process may use of the machine.
#pragma once

#include <cstdint>

namespace margay {

/// Number of processors that the affinity mask and the cgroup's CPU quota leave to this process; at least 1.
int usable_cpus();

/// True when the processor multiplies bfloat16 in hardware (AVX-512 BF16 or AMX BF16), so that bf16 is faster
/// than fp32.
bool cpu_has_bf16();

/// True when the processor and the kernel support AVX-512 F, DQ, BW and VL.
bool cpu_has_avx512();

/// Memory of this process that no file backs (RssAnon), in bytes; 0 where the system does not tell.
uint64_t anonymous_memory_bytes();

/// The most memory that this process has had so far, files that it maps included (VmHWM), in bytes; 0 where
/// the system does not tell.
uint64_t peak_memory_bytes();

/// Memory that this process could still take without the system swapping or the cgroup's limit stopping it,
/// in bytes; the largest uint64 where the system does not tell.
uint64_t available_memory_bytes();

}  // namespace margay
