// Changes of colour that treat every value of a channel alike: a table of 256 values per channel.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace margay::augment {

/// New value = table[channel][old value].
using ColorTable = std::array<std::array<uint8_t, 256>, 3>;

/// A table that all channels share: function(old value) for each.
template <class Function>
ColorTable make_table(Function&& function) {
  ColorTable table;
  for (int value = 0; value < 256; ++value)
    table[0][static_cast<size_t>(value)] = static_cast<uint8_t>(function(value));
  table[1] = table[2] = table[0];
  return table;
}

/// `factor` of the value and 1 - `factor` of `ground`, cut to 0..255 and rounded down, as Pillow's blend: 0
/// gives the ground, 1 the value, more goes beyond it.
inline int32_t blend(int32_t ground, int32_t value, float factor) {
  const float mixed = static_cast<float>(ground) + factor * static_cast<float>(value - ground);
  return std::clamp(static_cast<int32_t>(mixed), 0, 255);
}

}  // namespace margay::augment
