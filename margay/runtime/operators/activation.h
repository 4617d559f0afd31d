// An activation as functions of oneDNN's.
#pragma once

#include <oneapi/dnnl/dnnl.hpp>
#include <optional>

namespace margay::runtime {

/// One of oneDNN's functions of single values.
struct Eltwise {
  dnnl::algorithm algorithm;
  float alpha = 0, beta = 0;
};

/// Functions that make an activation, one applied to the result of the other.
struct Activation {
  Eltwise first;
  std::optional<Eltwise> second = std::nullopt;
};

}  // namespace margay::runtime
