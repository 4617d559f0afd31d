// The distributions that need more than a line.
#include "margay/core/random.h"

#include <cmath>
#include <numbers>

namespace margay {

uint64_t Random::below(uint64_t n) noexcept {
  using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(bits()) * n;
  if (static_cast<uint64_t>(product) < n) {
    const uint64_t threshold = (0 - n) % n;
    while (static_cast<uint64_t>(product) < threshold) product = static_cast<Wide>(bits()) * n;
  }
  return static_cast<uint64_t>(product >> 64);
}

double Random::normal() noexcept {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

}  // namespace margay
