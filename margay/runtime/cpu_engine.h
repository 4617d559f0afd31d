// The processor, as oneDNN sees it.
#pragma once

#include <oneapi/dnnl/dnnl.hpp>

namespace margay::runtime {

/// Keeps oneDNN from instructions with which it would compute wrongly on this machine: version 3 sizes the
/// work of its newer kernels by the caches, and where a hypervisor hides those of an AMD processor, divides
/// by zero or leaves channels out. Has to come before anything else of oneDNN, libtorch's convolutions
/// included; ONEDNN_MAX_CPU_ISA in the environment goes before it.
void limit_instructions();

/// Whether oneDNN multiplies bfloat16 in hardware: the processor does, and nothing limits oneDNN.
bool onednn_has_bf16();

/// Whether oneDNN convolves in bfloat16 at all, in hardware or by other instructions of AVX-512. Where it
/// does not, libtorch does by itself, and sums in bfloat16: gradients of weights lose up to a quarter.
bool onednn_computes_bf16();

/// The engine of this process's processor, after `limit_instructions`.
dnnl::engine cpu_engine();

}  // namespace margay::runtime
