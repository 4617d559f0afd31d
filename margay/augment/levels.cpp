// Posterize, solarize, autocontrast and equalize: the tables of Pillow's ImageOps.
#include <algorithm>
#include <numeric>

#include "margay/augment/color.h"

namespace margay::augment {
namespace {

using Channel = std::array<uint8_t, 256>;
using Counts = std::array<uint32_t, 256>;

Channel unchanged() {
  Channel table;
  std::iota(table.begin(), table.end(), uint8_t{0});
  return table;
}

bool occurs(uint32_t count) {
  return count > 0;
}

Channel stretched(const Counts& counts) {
  const auto least = std::find_if(counts.begin(), counts.end(), occurs) - counts.begin();
  const auto most = 255 - (std::find_if(counts.rbegin(), counts.rend(), occurs) - counts.rbegin());
  Channel table = unchanged();
  if (most <= least) return table;
  const double scale = 255.0 / static_cast<double>(most - least);
  const double offset = -static_cast<double>(least) * scale;
  for (size_t value = 0; value < table.size(); ++value)
    table[value] = static_cast<uint8_t>(std::clamp(static_cast<double>(value) * scale + offset, 0.0, 255.0));
  return table;
}

Channel equalized(const Counts& counts) {
  Channel table = unchanged();
  const uint32_t all = std::accumulate(counts.begin(), counts.end(), 0u);
  const auto last = std::find_if(counts.rbegin(), counts.rend(), occurs);
  const uint32_t step = last == counts.rend() ? 0 : (all - *last) / 255;
  if (step == 0) return table;
  uint32_t sum = step / 2;
  for (size_t value = 0; value < table.size(); ++value) {
    table[value] = static_cast<uint8_t>(std::min(sum / step, 255u));
    sum += counts[value];
  }
  return table;
}

ColorTable per_channel(const Histogram& counts, Channel (*table_of)(const Counts&)) {
  return {table_of(counts[0]), table_of(counts[1]), table_of(counts[2])};
}

}  // namespace

void posterize(ColorPass& colors, int bits) {
  colors.add(make_table([mask = 0xFF << (8 - bits)](int value) { return value & mask; }));
}

void solarize(ColorPass& colors, double threshold) {
  colors.add(make_table([threshold](int value) { return value < threshold ? value : 255 - value; }));
}

void autocontrast(ColorPass& colors) {
  colors.add(per_channel(colors.histogram(), stretched));
}

void equalize(ColorPass& colors) {
  colors.add(per_channel(colors.histogram(), equalized));
}

}  // namespace margay::augment
