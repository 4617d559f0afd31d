// Random numbers that depend on nothing but a key, such as (seed, epoch, sample index).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>

#include "margay/core/api.h"

namespace margay {

/// A bijective mixing of 64 bits (the finaliser of SplitMix64, Steele et al. 2014).
constexpr uint64_t mix_bits(uint64_t x) noexcept {
  x ^= x >> 30;
  x *= 0xBF58476D1CE4E5B9ull;
  x ^= x >> 27;
  x *= 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

/// FNV-1a of the text, mixed: turns a name into a word of a key.
constexpr uint64_t hash_text(std::string_view text) noexcept {
  uint64_t hash = 0xCBF29CE484222325ull;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ull;
  return mix_bits(hash);
}

/// One word for a whole key; keys of different lengths or orders give different words.
constexpr uint64_t hash_key(std::initializer_list<uint64_t> key) noexcept {
  uint64_t hash = 0x9E3779B97F4A7C15ull;
  for (const uint64_t word : key) hash = mix_bits(hash * 0x9E3779B97F4A7C15ull + word + 1);
  return hash;
}

/// A stream of random numbers (SplitMix64) that is a pure function of its key. Not thread-safe; cheap to
/// make.
class MARGAY_API Random {
 public:
  explicit Random(std::initializer_list<uint64_t> key) noexcept : state_(hash_key(key)) {}

  /// 64 uniform bits.
  uint64_t bits() noexcept { return mix_bits(state_ += 0x9E3779B97F4A7C15ull); }
  /// Uniform in [0, 1).
  double uniform() noexcept { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }
  /// Uniform in [low, high).
  double uniform(double low, double high) noexcept { return low + (high - low) * uniform(); }
  /// Uniform in [0, n); n must not be 0. Without modulo bias (Lemire 2019).
  uint64_t below(uint64_t n) noexcept;
  /// True with the given probability.
  bool chance(double probability) noexcept { return uniform() < probability; }
  /// Normal with mean 0 and standard deviation 1 (Box-Muller).
  double normal() noexcept;

  /// Puts the items into a uniformly random order (Fisher-Yates).
  template <class T>
  void shuffle(std::span<T> items) noexcept {
    for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  uint64_t state_;
};

}  // namespace margay
