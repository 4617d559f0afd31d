// Gaussian noise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "margay/core/random.h"

namespace margay::augment {

/// Equally likely amounts of noise: rounded quantiles of the normal distribution with a standard deviation of
/// `sigma` * 255. There are 4096.
std::vector<int16_t> noise_levels(double sigma);

/// Adds one of the levels to each of `count` values in place, and cuts to 0..255.
void add_noise(uint8_t* values_u8, size_t count, const std::vector<int16_t>& levels, Random& random);

}  // namespace margay::augment
