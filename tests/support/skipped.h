// Tests that this build cannot run say so, and ctest shows them as skipped.
#pragma once

#include <filesystem>
#include <iostream>

namespace margay::test {

/// False without the training program beside the light one.
inline bool has_training_program(const std::filesystem::path& program) {
  if (std::filesystem::exists(program.string() + "-train")) return true;
  std::cout << "SKIPPED: needs the training program\n";
  return false;
}

/// False with sanitizers, which reserve terabytes of addresses, and look at memory through pipes.
inline bool runs_within_limits() {
#ifdef MARGAY_TEST_SANITIZED
  std::cout << "SKIPPED: sanitizers do not run within limits\n";
  return false;
#else
  return true;
#endif
}

}  // namespace margay::test
