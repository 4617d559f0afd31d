// Changes of colour, collected and made together: block after block of pixels goes through all of them while
// it is in the cache.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "margay/augment/color_table.h"

namespace margay::augment {

/// How often a channel has a value.
using Histogram = std::array<std::array<uint32_t, 256>, 3>;

/// Changes `count` RGB pixels in place.
using PixelChange = void (*)(uint8_t* pixels_u8, size_t count, float amount);

/// Changes that wait. Tables one after another become one table; what has to be measured first
/// (mean_gray, histogram) is measured in the pass that makes the changes before it.
class ColorPass {
 public:
  /// `count` RGB pixels, changed in place; they must outlive this object.
  ColorPass(uint8_t* pixels_u8, size_t count) : pixels_(pixels_u8), count_(count) {}

  void add(const ColorTable& table);
  void add(PixelChange change, double amount);

  /// Mean brightness as Pillow weighs it, 0 to 255, rounded to a whole number; after all changes so far.
  int mean_gray();
  Histogram histogram();
  /// Makes what waits. To be called at the end.
  void finish();

 private:
  struct Step {
    PixelChange change = nullptr;  ///< null: the table
    float amount = 0;
    ColorTable table;
  };
  static constexpr size_t kMostSteps = 6;

  Step& new_step();
  template <class Measure>
  void run(Measure&& measure);

  uint8_t* pixels_;
  size_t count_;
  size_t waiting_ = 0;
  std::array<Step, kMostSteps> steps_;
};

}  // namespace margay::augment
