// Normalises by a table: a picture has 3 x 256 different values.
#include "margay/engine/input.h"

#include <ATen/Parallel.h>

#include <array>

#include "margay/core/error.h"

namespace margay::engine {
namespace {

/// Values of the 256 levels in each channel, already rounded to T.
template <class T>
using LevelTable = std::array<std::array<T, 256>, 3>;

template <class T>
LevelTable<T> make_levels(const image::Preprocess& spec) {
  LevelTable<T> table;
  for (int channel = 0; channel < 3; ++channel)
    for (int level = 0; level < 256; ++level)
      table[channel][level] =
          static_cast<T>(static_cast<float>((level * spec.scale - spec.mean[channel]) / spec.std[channel]));
  return table;
}

template <class T>
void fill(const uint8_t* pixels_u8, int64_t pictures, int64_t pixels_each, const image::Preprocess& spec,
          T* out) {
  const LevelTable<T> table = make_levels<T>(spec);
  at::parallel_for(0, pictures, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin * pixels_each; i < end * pixels_each; ++i)
      for (int channel = 0; channel < 3; ++channel)
        out[3 * i + channel] = table[channel][pixels_u8[3 * i + channel]];
  });
}

}  // namespace

at::Tensor make_input(std::span<const uint8_t> pixels_u8, int count, const image::Preprocess& spec,
                      at::ScalarType type, at::Device device) {
  const int64_t pixels_each = static_cast<int64_t>(spec.width) * spec.height;
  require<ModelError>(
      static_cast<int64_t>(pixels_u8.size()) == count * pixels_each * 3, "engine.input",
      fmt::format("{} bytes for {} pictures of {} x {}", pixels_u8.size(), count, spec.width, spec.height));
  at::Tensor input = at::empty({count, 3, spec.height, spec.width}, at::TensorOptions().dtype(type),
                               at::MemoryFormat::ChannelsLast);
  if (type == at::kBFloat16)
    fill(pixels_u8.data(), count, pixels_each, spec, input.data_ptr<at::BFloat16>());
  else
    fill(pixels_u8.data(), count, pixels_each, spec, input.data_ptr<float>());
  return input.to(device);
}

}  // namespace margay::engine
