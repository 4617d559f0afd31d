// The precisions that trainings may be computed in on this processor.
#pragma once

#include <vector>

#include "margay/runtime/cpu_engine.h"

namespace margay::test {

/// Whether to compute in bfloat16: no, and yes where that is computed rightly.
inline std::vector<bool> bf16_or_not() {
  return runtime::onednn_computes_bf16() ? std::vector<bool>{false, true} : std::vector<bool>{false};
}

}  // namespace margay::test
