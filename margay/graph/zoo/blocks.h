// What several families are made of.
#pragma once

#include <string>
#include <string_view>

#include "margay/graph/builder.h"
#include "margay/graph/zoo/zoo.h"

namespace margay::graph::zoo {

/// A builder on three channels of the wanted size.
Builder begin(const ZooOptions& options);

/// A convolution with padding for odd kernels, its batch norm and, unless `activation` is empty, an
/// activation.
struct ConvNorm {
  int64_t channels = 0;
  int64_t kernel = 1;
  int64_t stride = 1;
  int64_t groups = 1;
  std::string_view activation = "relu";
  double eps = 1e-5;  ///< of the batch norm
  double momentum = 0.1;
};

/// Appends them as `name`.0, `name`.1 and `name`.2.
void conv_norm(Builder& builder, const std::string& name, const ConvNorm& layer);

/// Scales each channel by what a small network makes of the means of all (Hu et al. 2018): `name`.fc1 to
/// `squeezed` channels, `activation`, `name`.fc2 and `gate`.
void squeeze_excitation(Builder& builder, const std::string& name, int64_t squeezed,
                        std::string_view activation, std::string_view gate);

/// `channels` to the nearest multiple of 8, but not below nine tenths of it.
int64_t make_divisible(int64_t channels);

}  // namespace margay::graph::zoo
