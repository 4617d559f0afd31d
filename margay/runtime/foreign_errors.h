// Turns oneDNN's exceptions into margay's.
#pragma once

#include <new>
#include <oneapi/dnnl/dnnl.hpp>
#include <string_view>

#include "margay/core/error.h"

namespace margay::runtime {

/// Calls `work`; throws Error or std::bad_alloc in place of dnnl::error. `where` names the caller's room.
template <class Work>
auto with_margay_errors(std::string_view where, const Work& work) {
  try {
    return work();
  } catch (const dnnl::error& error) {
    if (error.status == dnnl_out_of_memory) throw std::bad_alloc();
    throw Error(where, fmt::format("oneDNN failed: {}", error.what()));
  }
}

}  // namespace margay::runtime
