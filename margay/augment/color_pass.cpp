// Walks over the blocks.
#include "margay/augment/color_pass.h"

#include <algorithm>

#include "margay/augment/pixel_block.h"
#include "margay/core/vector_clones.h"

namespace margay::augment {
namespace {

/// Pixels that go through all changes before the next do: few enough for the first cache.
constexpr size_t kPassPixels = 2048;

void look_up(const ColorTable& table, uint8_t* pixels, size_t count) {
  for (const uint8_t* const end = pixels + 3 * count; pixels != end; pixels += 3) {
    pixels[0] = table[0][pixels[0]];
    pixels[1] = table[1][pixels[1]];
    pixels[2] = table[2][pixels[2]];
  }
}

MARGAY_PIXEL_CLONES uint64_t sum_of_grays(const uint8_t* pixels, size_t count) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i += kBlockPixels, pixels += 3 * kBlockPixels) {
    const PixelBlock block = load_pixels(pixels, std::min(kBlockPixels, count - i));
    int32_t part = 0;
    for (size_t k = 0; k < kBlockPixels; ++k) part += gray_of(block.red[k], block.green[k], block.blue[k]);
    sum += static_cast<uint64_t>(part);
  }
  return sum;
}

}  // namespace

ColorPass::Step& ColorPass::new_step() {
  if (waiting_ == kMostSteps) finish();
  return steps_[waiting_++];
}

void ColorPass::add(const ColorTable& table) {
  if (waiting_ > 0 && steps_[waiting_ - 1].change == nullptr) {
    for (size_t channel = 0; channel < 3; ++channel)
      for (uint8_t& value : steps_[waiting_ - 1].table[channel]) value = table[channel][value];
    return;
  }
  Step& step = new_step();
  step.change = nullptr;
  step.table = table;
}

void ColorPass::add(PixelChange change, double amount) {
  Step& step = new_step();
  step.change = change;
  step.amount = static_cast<float>(amount);
}

template <class Measure>
void ColorPass::run(Measure&& measure) {
  for (size_t first = 0; first < count_; first += kPassPixels) {
    uint8_t* const pixels = pixels_ + 3 * first;
    const size_t count = std::min(kPassPixels, count_ - first);
    for (size_t i = 0; i < waiting_; ++i)
      if (steps_[i].change == nullptr)
        look_up(steps_[i].table, pixels, count);
      else
        steps_[i].change(pixels, count, steps_[i].amount);
    measure(static_cast<const uint8_t*>(pixels), count);
  }
  waiting_ = 0;
}

int ColorPass::mean_gray() {
  uint64_t sum = 0;
  run([&](const uint8_t* pixels, size_t count) { sum += sum_of_grays(pixels, count); });
  return static_cast<int>(static_cast<double>(sum) / static_cast<double>(count_) + 0.5);
}

Histogram ColorPass::histogram() {
  Histogram counts{};
  run([&](const uint8_t* pixels, size_t count) {
    for (size_t i = 0; i < 3 * count; i += 3)
      for (size_t channel = 0; channel < 3; ++channel) ++counts[channel][pixels[i + channel]];
  });
  return counts;
}

void ColorPass::finish() {
  if (waiting_ > 0) run([](const uint8_t*, size_t) {});
}

}  // namespace margay::augment
