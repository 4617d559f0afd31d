// Slices are blocks of the layout along one dimension, each reordered by a primitive of its own.
#include "margay/fused/laid_out_weights.h"

#include <algorithm>
#include <exception>

#include "margay/runtime/omp_threads.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::fused {
namespace {

using dnnl::memory;

/// Of a smaller slice, handing it out takes longer than the work.
constexpr size_t kSliceBytes = 16 << 10;

}  // namespace

memory::dims weight_dims(const ConvolutionSpec& s) {
  if (s.groups == 1) return {s.out_channels, s.in_channels, s.kernel, s.kernel};
  return {s.groups, s.out_channels / s.groups, s.in_channels / s.groups, s.kernel, s.kernel};
}

memory::desc callers_weights(const ConvolutionSpec& s) {
  const int64_t in = s.in_channels / s.groups, row = s.kernel * in, filter = s.kernel * row;
  memory::dims strides{filter, 1, row, in};
  if (s.groups > 1) strides.insert(strides.begin(), s.out_channels / s.groups * filter);
  return {weight_dims(s), memory::data_type::f32, strides};
}

LaidOutWeights::LaidOutWeights(const ConvolutionSpec& spec, const memory::desc& layout,
                               const dnnl::engine& engine)
    : engine_(engine), weights_(layout, engine) {
  const runtime::OmpThreads one(1);
  const memory::desc from = callers_weights(spec);
  const memory::dims dims = weight_dims(spec);
  // Along outputs or inputs, whichever has more blocks.
  int along = 0;
  int64_t blocks = 1;
  for (int dimension = 0; dimension < 2; ++dimension)
    if (const int64_t block = runtime::block_along(layout, dimension);
        block > 0 && dims[dimension] / block > blocks)
      along = dimension, blocks = dims[dimension] / block;
  const int64_t slices = std::min(blocks, std::max<int64_t>(1, layout.get_size() / kSliceBytes));
  if (slices == 1) {  // of any layout, also one that cannot be cut
    add_slice(from, layout);
    return;
  }
  memory::dims part = dims, offset(dims.size(), 0);
  for (int64_t i = 0; i < slices; ++i) {
    const int64_t block = dims[along] / blocks;
    offset[along] = blocks * i / slices * block;
    part[along] = blocks * (i + 1) / slices * block - offset[along];
    add_slice(from.submemory_desc(part, offset), layout.submemory_desc(part, offset));
  }
}

void LaidOutWeights::add_slice(const memory::desc& from, const memory::desc& to) {
  slices_.push_back({from, to, dnnl::reorder({engine_, from, engine_, to}), dnnl::stream(engine_)});
}

const memory& LaidOutWeights::lay_out(const float* weight) {
  std::exception_ptr failure;
#pragma omp parallel for schedule(static) if (slices_.size() > 1)
  for (Slice& slice : slices_) {
    try {
      memory from(slice.from, engine_, const_cast<float*>(weight)),
          to(slice.to, engine_, weights_.get_data_handle());
      slice.reorder.execute(slice.stream, from, to);
      slice.stream.wait();
    } catch (...) {
#pragma omp critical(margay_laid_out_weights)
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
  return weights_;
}

}  // namespace margay::fused
