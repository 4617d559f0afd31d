// In which order an epoch visits the pictures: a pure function of (seed, epoch).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace margay::data {

/// Each of `n` samples once, from 0 up.
std::vector<uint32_t> natural_order(size_t n);

/// Each of `n` samples once, shuffled.
std::vector<uint32_t> epoch_order(size_t n, uint64_t seed, int epoch);

/// As many samples as there are labels, shuffled, with as many of each class that has any (but for the
/// remainder). A class shows all its samples before it shows one again, and goes on in the next epoch where
/// it ended.
std::vector<uint32_t> balanced_order(std::span<const int> labels, uint64_t seed, int epoch);

/// For each place of an order a number that no other place has: the sample, plus the size of the order for
/// each time that the sample came before. With (seed, epoch) the key of a picture's random choices.
std::vector<uint32_t> random_keys_of(std::span<const uint32_t> order);

}  // namespace margay::data
