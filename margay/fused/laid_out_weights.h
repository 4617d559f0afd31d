// The weights of a convolution in the layout and precision that oneDNN wants. For sources of this folder.
#pragma once

#include <oneapi/dnnl/dnnl.hpp>
#include <vector>

#include "margay/fused/convolution_spec.h"

namespace margay::fused {

dnnl::memory::dims weight_dims(const ConvolutionSpec& spec);
/// [out, kernel, kernel, in / groups] float32, as the caller has it.
dnnl::memory::desc callers_weights(const ConvolutionSpec& spec);

/// Is made anew for each pass: a step changes all weights. oneDNN would do that on one thread while the
/// others wait.
class LaidOutWeights {
 public:
  LaidOutWeights(const ConvolutionSpec& spec, const dnnl::memory::desc& layout, const dnnl::engine& engine);

  /// Lays them out, on as many threads as OpenMP has. They stay until the next call.
  const dnnl::memory& lay_out(const float* weight);

 private:
  /// Blocks of the layout that one thread takes.
  struct Slice {
    dnnl::memory::desc from, to;
    dnnl::reorder reorder;
    dnnl::stream stream;
  };
  void add_slice(const dnnl::memory::desc& from, const dnnl::memory::desc& to);

  dnnl::engine engine_;
  dnnl::memory weights_;
  std::vector<Slice> slices_;
};

}  // namespace margay::fused
