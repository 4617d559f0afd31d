// How long work tells its caller where it is, and how the caller tells it to stop.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

namespace margay {

/// Where a piece of long work is.
struct Progress {
  std::string task;    ///< what is being done, for people: "decoding train"
  uint64_t done = 0;   ///< finished units
  uint64_t total = 0;  ///< all units; 0 when that is not known
  std::string unit;    ///< "pictures", "bytes"
};

/// Receives progress, possibly often and from any one thread at a time; must be cheap. May be empty.
using ProgressObserver = std::function<void(const Progress&)>;

}  // namespace margay
