// libtorch's exceptions stop at the room that called it.
#pragma once

#include <string>
#include <string_view>

#include "margay/core/error.h"
#include "margay/engine/torch.h"

namespace margay::engine {

/// The first line of libtorch's message, without its stack of calls.
inline std::string first_line(std::string_view message) {
  return std::string(message.substr(0, message.find('\n')));
}

/// Runs `work`; what libtorch throws becomes a ModelError, and its out-of-memory a std::bad_alloc.
template <class Work>
auto translate_errors(std::string_view where, const Work& work) {
  try {
    return work();
  } catch (const c10::Error& error) {
    const std::string reason = first_line(error.what_without_backtrace());
    if (reason.find("can't allocate memory") != std::string::npos ||
        reason.find("out of memory") != std::string::npos)
      throw std::bad_alloc();
    throw ModelError(where, reason);
  }
}

}  // namespace margay::engine
