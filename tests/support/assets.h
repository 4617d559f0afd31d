// Where the real pictures are, for the tests that need them.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>

namespace margay::test {

/// `relative` below $MARGAY_TEST_ASSETS; nothing, and a line that makes ctest show the test as skipped,
/// without it.
inline std::optional<std::filesystem::path> find_asset(const std::filesystem::path& relative) {
  const char* root = std::getenv("MARGAY_TEST_ASSETS");
  if (root != nullptr && std::filesystem::exists(root / relative)) return root / relative;
  std::cout << "SKIPPED: needs " << relative.string() << " below MARGAY_TEST_ASSETS\n";
  return std::nullopt;
}

}  // namespace margay::test
