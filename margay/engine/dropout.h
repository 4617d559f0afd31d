// Dropout whose choices are a function of (seed, epoch, sample, node), so that nothing has to be stored or
// resumed.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "margay/engine/torch.h"

namespace margay::engine {

/// One key per picture of the batch.
std::vector<uint64_t> dropout_keys(uint64_t seed, int epoch, std::span<const uint32_t> samples,
                                   std::string_view node);

/// Zeroes each value with probability `rate` and scales the others by 1 / (1 - rate) (Srivastava et al. 2014,
/// inverted). `x` is `[N, C, H, W]` or `[N, F]`; keys are N. The same on every device and in every memory
/// layout. Differentiable; the gradient draws the choices again instead of keeping them.
at::Tensor keyed_dropout(const at::Tensor& x, std::span<const uint64_t> keys, double rate);

/// Zeroes all values of a picture with probability `rate` and scales them by 1 / (1 - rate) otherwise (Huang
/// et al. 2016). `x` is `[N, ...]`; keys are N.
at::Tensor keyed_stochastic_depth(const at::Tensor& x, std::span<const uint64_t> keys, double rate);

/// The factor of every value, 0 or 1 / (1 - rate), as float32 in the shape of `x`, computed with tensor
/// operations alone.
at::Tensor dropout_factors(const at::Tensor& x, std::span<const uint64_t> keys, double rate);

}  // namespace margay::engine
