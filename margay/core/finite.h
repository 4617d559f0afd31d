// Whether numbers are numbers.
#pragma once

#include <span>

namespace margay {

/// Whether none of the values is infinite or NaN. Reads each once.
bool all_finite(std::span<const float> values);

}  // namespace margay
