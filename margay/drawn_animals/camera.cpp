// Light is painted; blur and noise are done on pixels.
#include "margay/drawn_animals/camera.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace margay::drawn_animals {
namespace {

using draw::Canvas;
using draw::rgb;

constexpr std::array kTints{rgb(0xFFD9A0), rgb(0xA9C6FF), rgb(0xFFF4DE), rgb(0xC8F0C0), rgb(0xFFC4B8)};

/// A running mean of 2 r + 1 pixels along lines of `count` pixels that are `stride` bytes apart.
void blur_line(uint8_t* line, int count, ptrdiff_t stride, int radius, std::vector<uint8_t>& before) {
  before.resize(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) before[static_cast<size_t>(i)] = line[i * stride];
  const auto at = [&](int i) { return int{before[static_cast<size_t>(std::clamp(i, 0, count - 1))]}; };
  const int window = 2 * radius + 1;
  int sum = 0;
  for (int i = -radius; i <= radius; ++i) sum += at(i);
  for (int i = 0; i < count; ++i) {
    line[i * stride] = static_cast<uint8_t>((sum + radius) / window);
    sum += at(i + radius + 1) - at(i - radius);
  }
}

/// Two passes of a box blur, close to a Gaussian.
void blur(image::Image& picture, int radius) {
  if (radius == 0) return;
  std::vector<uint8_t> line;
  const ptrdiff_t row = static_cast<ptrdiff_t>(picture.width) * 3;
  for (int pass = 0; pass < 2; ++pass) {
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < picture.height; ++y)
        blur_line(picture.pixels.data() + y * row + c, picture.width, 3, radius, line);
      for (int x = 0; x < picture.width; ++x)
        blur_line(picture.pixels.data() + x * 3 + c, picture.height, row, radius, line);
    }
  }
}

/// Roughly normal noise with standard deviation 1 in 1/256: the sum of four bytes of one random word.
int noise_of(uint32_t word) {
  const int sum =
      static_cast<int>((word & 255) + ((word >> 8) & 255) + ((word >> 16) & 255) + (word >> 24)) - 510;
  return sum * 256 / 148;
}

void expose_with_noise(image::Image& picture, double contrast, double brightness, double noise,
                       Random& random) {
  std::array<int, 256> curve{};
  for (int value = 0; value < 256; ++value)
    curve[static_cast<size_t>(value)] =
        static_cast<int>(std::lround((value - 128) * contrast + 128 + brightness));
  const int strength = static_cast<int>(std::lround(noise * 256));
  uint64_t bits = 0;
  for (size_t i = 0; i < picture.pixels.size(); ++i) {
    bits = i % 2 == 0 ? random.bits() : bits >> 32;
    const int grain = noise_of(static_cast<uint32_t>(bits)) * strength / 65536;
    picture.pixels[i] = static_cast<uint8_t>(std::clamp(curve[picture.pixels[i]] + grain, 0, 255));
  }
}

}  // namespace

void light_scene(Canvas& canvas, Random& random) {
  const double width = canvas.width(), height = canvas.height();
  canvas.save();
  canvas.set_blend(draw::Blend::multiply);
  const double dark = random.uniform(0.0, 0.4);
  const double from_x = random.uniform(-0.3, 1.3), to_x = random.uniform(-0.3, 1.3);
  canvas.paint(draw::LinearGradient{{width * from_x, 0},
                                    {width * to_x, height},
                                    {{0, rgb(0xFFFFFF)}, {1, mix(rgb(0xFFFFFF), rgb(0x1A1A2E), dark)}}});
  const draw::Color tint = kTints[random.below(kTints.size())];
  canvas.paint(mix(rgb(0xFFFFFF), tint, random.uniform(0, 0.7)));
  canvas.set_blend(draw::Blend::screen);
  for (auto spots = random.below(3); spots > 0; --spots) {
    const double x = width * random.uniform(), y = height * random.uniform();
    const double radius = std::min(width, height) * random.uniform(0.2, 0.6);
    canvas.paint(draw::RadialGradient{
        {x, y}, radius, {{0, rgb(0xFFE9C0, random.uniform(0.1, 0.4))}, {1, rgb(0xFFE9C0, 0)}}});
  }
  canvas.restore();
}

void photograph(image::Image& picture, double pixels_per_unit, Random& random) {
  if (random.chance(0.3)) {
    const auto units = static_cast<double>(1 + random.below(2));
    blur(picture, static_cast<int>(std::lround(units * pixels_per_unit)));
  }
  const double contrast = random.uniform(0.8, 1.15);
  const double brightness = random.uniform(-20, 25);
  const double noise = random.chance(0.75) ? random.uniform(2, 9) : 0;
  expose_with_noise(picture, contrast, brightness, noise, random);
}

}  // namespace margay::drawn_animals
