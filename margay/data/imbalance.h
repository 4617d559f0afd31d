// How unequal the sizes of classes are.
#pragma once

#include <cstdint>
#include <span>

namespace margay::data {

/// From this ratio on, `margay train` lets the pictures of small classes weigh more unless told otherwise.
inline constexpr double kUnequal = 2;

/// The largest class over the smallest, of those that have pictures; 1 where none has.
double imbalance_of(std::span<const int64_t> counts);

}  // namespace margay::data
