// What the processor tells of its caches decides what oneDNN may do.
#include "margay/runtime/cpu_engine.h"

#include <cstdlib>

#include "margay/core/cpu.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace margay::runtime {
namespace {

#if defined(__x86_64__) && DNNL_VERSION_MAJOR >= 3

/// Whether this is an AMD processor whose leaf of caches is empty, as under Firecracker.
bool hides_its_caches() {
  constexpr unsigned kCaches = 0x8000001D, kLastOfAmd = 0x444d4163;  // "cAMD"
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (!__get_cpuid(0, &a, &b, &c, &d) || c != kLastOfAmd) return false;
  return !__get_cpuid_count(kCaches, 0, &a, &b, &c, &d) || (a | b | c) == 0;
}

bool limit() {
  const bool is_chosen =
      std::getenv("ONEDNN_MAX_CPU_ISA") != nullptr || std::getenv("DNNL_MAX_CPU_ISA") != nullptr;
  // From AVX2 on there are kernels of that kind. Too late is no error: then what ran before has chosen.
  if (!is_chosen && hides_its_caches()) (void)dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx);
  return true;
}

#else

bool limit() {
  return true;
}

#endif

/// Whether the processor has all instructions of a set, and nothing keeps oneDNN from them.
bool onednn_may_use(dnnl::cpu_isa instructions) {
  limit_instructions();
  const auto wanted = static_cast<unsigned>(instructions);  // a set of bits
  return (static_cast<unsigned>(dnnl::get_effective_cpu_isa()) & wanted) == wanted;
}

}  // namespace

void limit_instructions() {
  [[maybe_unused]] static const bool once = limit();
}

bool onednn_has_bf16() {
  return cpu_has_bf16() && onednn_may_use(dnnl::cpu_isa::avx512_core_bf16);
}

bool onednn_computes_bf16() {
  return cpu_has_avx512() && onednn_may_use(dnnl::cpu_isa::avx512_core);
}

dnnl::engine cpu_engine() {
  limit_instructions();
  return {dnnl::engine::kind::cpu, 0};
}

}  // namespace margay::runtime
