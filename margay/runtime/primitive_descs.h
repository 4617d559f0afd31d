// What differs between oneDNN 2 and 3: version 3 has no operation descriptors, and memory descriptors that
// tell what they are through functions. All other sources of runtime/ and fused/ read alike with both.
#pragma once

#include <oneapi/dnnl/dnnl.hpp>

namespace margay::runtime {

/// A window's steps and borders, each {height, width}.
struct WindowGeometry {
  dnnl::memory::dims strides, padding_before, padding_after;
};

/// Of a convolution; `dilates` counts the cells left out between two taps.
struct ConvolutionGeometry {
  WindowGeometry window;
  dnnl::memory::dims dilates;
};

/// What a convolution reads and writes: outputs or their gradients, whatever the direction. `bias` is empty
/// where there is none.
struct ConvolutionLayouts {
  dnnl::memory::desc source, weights, bias, destination;
};

// Each chooses an implementation, and throws dnnl::error where oneDNN has none.
dnnl::convolution_forward::primitive_desc convolution_desc(const dnnl::engine& engine, dnnl::prop_kind kind,
                                                           const ConvolutionLayouts& layouts,
                                                           const ConvolutionGeometry& geometry,
                                                           const dnnl::primitive_attr& attributes = {});
dnnl::convolution_backward_data::primitive_desc convolution_backward_data_desc(
    const dnnl::engine& engine, const ConvolutionLayouts& layouts, const ConvolutionGeometry& geometry,
    const dnnl::convolution_forward::primitive_desc& forward);
/// Of the weights alone: that of the bias is not asked for.
dnnl::convolution_backward_weights::primitive_desc convolution_backward_weights_desc(
    const dnnl::engine& engine, const ConvolutionLayouts& layouts, const ConvolutionGeometry& geometry,
    const dnnl::convolution_forward::primitive_desc& forward);

// The rest computes forward, without what a gradient would need.
dnnl::inner_product_forward::primitive_desc inner_product_desc(const dnnl::engine& engine,
                                                               const ConvolutionLayouts& layouts,
                                                               const dnnl::primitive_attr& attributes);
dnnl::matmul::primitive_desc matmul_desc(const dnnl::engine& engine, const dnnl::memory::desc& left,
                                         const dnnl::memory::desc& right, const dnnl::memory::desc& product,
                                         const dnnl::primitive_attr& attributes = {});
dnnl::pooling_forward::primitive_desc pooling_desc(const dnnl::engine& engine, dnnl::algorithm algorithm,
                                                   const dnnl::memory::desc& source,
                                                   const dnnl::memory::desc& destination,
                                                   const dnnl::memory::dims& kernel,
                                                   const WindowGeometry& window);
dnnl::eltwise_forward::primitive_desc eltwise_desc(const dnnl::engine& engine, dnnl::algorithm algorithm,
                                                   const dnnl::memory::desc& layout, float alpha, float beta);
dnnl::binary::primitive_desc binary_desc(const dnnl::engine& engine, dnnl::algorithm algorithm,
                                         const dnnl::memory::desc& first, const dnnl::memory::desc& second,
                                         const dnnl::memory::desc& result,
                                         const dnnl::primitive_attr& attributes = {});
dnnl::concat::primitive_desc concat_desc(const dnnl::engine& engine, int axis,
                                         const std::vector<dnnl::memory::desc>& parts);
dnnl::concat::primitive_desc concat_desc(const dnnl::engine& engine, int axis,
                                         const std::vector<dnnl::memory::desc>& parts,
                                         const dnnl::memory::desc& whole);
dnnl::softmax_forward::primitive_desc softmax_desc(const dnnl::engine& engine,
                                                   const dnnl::memory::desc& layout, int axis);
dnnl::batch_normalization_forward::primitive_desc batch_norm_desc(const dnnl::engine& engine,
                                                                  const dnnl::memory::desc& layout,
                                                                  float epsilon,
                                                                  dnnl::normalization_flags flags);
dnnl::layer_normalization_forward::primitive_desc layer_norm_desc(const dnnl::engine& engine,
                                                                  const dnnl::memory::desc& layout,
                                                                  float epsilon,
                                                                  dnnl::normalization_flags flags);

/// Applies a function to what a primitive gives, before it is written.
void append_eltwise(dnnl::post_ops& after, dnnl::algorithm algorithm, float alpha, float beta);

dnnl::memory::dims extents_of(const dnnl::memory::desc& layout);
/// Values along an axis that a layout keeps together; 0 where it adds others, which are 0.
dnnl::memory::dim block_along(const dnnl::memory::desc& layout, int axis);

}  // namespace margay::runtime
