// Whether numbers are numbers.
#pragma once

#include <cstdint>
#include <span>

namespace margay {

/// The bits of the largest magnitude: without its sign a float's order is that of its bits, and NaN is beyond
/// infinity.
uint32_t largest_magnitude_bits(std::span<const float> values);

/// Whether none of the values is infinite or NaN. Reads each once.
bool all_finite(std::span<const float> values);

}  // namespace margay
