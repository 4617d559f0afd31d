// Mixed precision on the CPU and on CUDA.
#pragma once

#include "margay/engine/torch.h"

namespace margay::engine {

/// While it lives, this thread's convolutions and matrix products run in bfloat16 (when enabled); when it
/// goes, the former state is back and the cache of weights that were cast is empty, so that the next step
/// casts the new values.
class AutocastGuard {
 public:
  AutocastGuard(at::Device device, bool enabled);
  AutocastGuard(const AutocastGuard&) = delete;
  AutocastGuard& operator=(const AutocastGuard&) = delete;
  ~AutocastGuard();

 private:
  bool cuda_;
  bool was_enabled_;
  at::ScalarType former_type_;
};

/// What convolutions compute in on this thread and device: float32, or bfloat16 under an AutocastGuard.
at::ScalarType active_precision(at::Device device);

}  // namespace margay::engine
