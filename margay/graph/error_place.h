// Moves an error of the graph to the file or layer that caused it.
#pragma once

#include <string>

#include "margay/core/error.h"

namespace margay::graph {

/// The message without its leading "[place] ", hint included.
inline std::string message_without_place(const Error& error) {
  const std::string text = error.what();
  const size_t end = text.find("] ");
  return end == std::string::npos ? text : text.substr(end + 2);
}

}  // namespace margay::graph
