// Pictures of a batch as the network's input tensor.
#pragma once

#include <cstdint>
#include <span>

#include "margay/engine/torch.h"
#include "margay/image/preprocess.h"

namespace margay::engine {

/// `[count, H, W, 3]` uint8 to a normalised `[count, 3, H, W]` tensor, channels last, of the given type
/// (float32 or bfloat16): (u8 * scale - mean) / std.
at::Tensor make_input(std::span<const uint8_t> pixels_u8, int count, const image::Preprocess& spec,
                      at::ScalarType type, at::Device device);

}  // namespace margay::engine
