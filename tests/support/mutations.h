// Files with random faults: the same ones each time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "margay/core/error.h"
#include "margay/core/random.h"

namespace margay::test {

/// A copy with a few bytes replaced, doubled or taken out.
inline std::string mutated(std::string bytes, Random& random) {
  constexpr uint64_t kMaxChanges = 4, kMaxLength = 20;
  const uint64_t changes = 1 + random.below(kMaxChanges);
  for (uint64_t i = 0; i < changes && !bytes.empty(); ++i) {
    const size_t at = random.below(bytes.size());
    switch (random.below(5)) {
      case 0:
        bytes[at] = static_cast<char>(random.below(256));
        break;
      case 1:
        bytes[at] = static_cast<char>(bytes[at] ^ 1 << random.below(8));
        break;
      case 2:
        bytes.insert(at, bytes.substr(random.below(bytes.size()), random.below(kMaxLength)));
        break;
      case 3:
        bytes.erase(at, random.below(kMaxLength));
        break;
      default:
        bytes[at] = random.chance(0.5) ? '\xFF' : '\x7F';
    }
  }
  return bytes;
}

/// How many of so many mutations `read` accepts; it throws Error for the others. Whatever else it throws goes
/// through.
inline int count_survivors(const std::string& original, int mutations,
                           const std::function<void(const std::string&)>& read) {
  int accepted = 0;
  for (int i = 0; i < mutations; ++i) {
    Random random{7, static_cast<uint64_t>(i)};
    try {
      read(mutated(original, random));
      ++accepted;
    } catch (const Error&) {
    }
  }
  return accepted;
}

}  // namespace margay::test
