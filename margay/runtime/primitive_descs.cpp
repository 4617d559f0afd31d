// Each function twice: as oneDNN 2 has it, in two steps, and as oneDNN 3 has it.
#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {

using dnnl::memory;
using dnnl::prop_kind;

namespace {
constexpr auto kConvolution = dnnl::algorithm::convolution_direct;
constexpr auto kForward = prop_kind::forward_inference;
}  // namespace

#if DNNL_VERSION_MAJOR < 3

dnnl::convolution_forward::primitive_desc convolution_desc(const dnnl::engine& engine, prop_kind kind,
                                                           const ConvolutionLayouts& l,
                                                           const ConvolutionGeometry& g,
                                                           const dnnl::primitive_attr& attributes) {
  return {{kind, kConvolution, l.source, l.weights, l.bias, l.destination, g.window.strides, g.dilates,
           g.window.padding_before, g.window.padding_after},
          attributes,
          engine};
}

dnnl::convolution_backward_data::primitive_desc convolution_backward_data_desc(
    const dnnl::engine& engine, const ConvolutionLayouts& l, const ConvolutionGeometry& g,
    const dnnl::convolution_forward::primitive_desc& forward) {
  return {{kConvolution, l.source, l.weights, l.destination, g.window.strides, g.dilates,
           g.window.padding_before, g.window.padding_after},
          engine,
          forward};
}

dnnl::convolution_backward_weights::primitive_desc convolution_backward_weights_desc(
    const dnnl::engine& engine, const ConvolutionLayouts& l, const ConvolutionGeometry& g,
    const dnnl::convolution_forward::primitive_desc& forward) {
  return {{kConvolution, l.source, l.weights, l.destination, g.window.strides, g.dilates,
           g.window.padding_before, g.window.padding_after},
          engine,
          forward};
}

dnnl::inner_product_forward::primitive_desc inner_product_desc(const dnnl::engine& engine,
                                                               const ConvolutionLayouts& l,
                                                               const dnnl::primitive_attr& attributes) {
  return {{kForward, l.source, l.weights, l.bias, l.destination}, attributes, engine};
}

dnnl::matmul::primitive_desc matmul_desc(const dnnl::engine& engine, const memory::desc& left,
                                         const memory::desc& right, const memory::desc& product,
                                         const dnnl::primitive_attr& attributes) {
  return {{left, right, product}, attributes, engine};
}

dnnl::pooling_forward::primitive_desc pooling_desc(const dnnl::engine& engine, dnnl::algorithm algorithm,
                                                   const memory::desc& source,
                                                   const memory::desc& destination,
                                                   const memory::dims& kernel, const WindowGeometry& window) {
  return {{kForward, algorithm, source, destination, window.strides, kernel, window.padding_before,
           window.padding_after},
          engine};
}

dnnl::eltwise_forward::primitive_desc eltwise_desc(const dnnl::engine& engine, dnnl::algorithm algorithm,
                                                   const memory::desc& layout, float alpha, float beta) {
  return {{kForward, algorithm, layout, alpha, beta}, engine};
}

dnnl::binary::primitive_desc binary_desc(const dnnl::engine& engine, dnnl::algorithm algorithm,
                                         const memory::desc& first, const memory::desc& second,
                                         const memory::desc& result, const dnnl::primitive_attr& attributes) {
  return {{algorithm, first, second, result}, attributes, engine};
}

dnnl::concat::primitive_desc concat_desc(const dnnl::engine& engine, int axis,
                                         const std::vector<memory::desc>& parts) {
  return {axis, parts, engine};
}

dnnl::concat::primitive_desc concat_desc(const dnnl::engine& engine, int axis,
                                         const std::vector<memory::desc>& parts, const memory::desc& whole) {
  return {whole, axis, parts, engine};
}

dnnl::softmax_forward::primitive_desc softmax_desc(const dnnl::engine& engine, const memory::desc& layout,
                                                   int axis) {
  return {{kForward, layout, axis}, engine};
}

dnnl::batch_normalization_forward::primitive_desc batch_norm_desc(const dnnl::engine& engine,
                                                                  const memory::desc& layout, float epsilon,
                                                                  dnnl::normalization_flags flags) {
  return {{kForward, layout, epsilon, flags}, engine};
}

dnnl::layer_normalization_forward::primitive_desc layer_norm_desc(const dnnl::engine& engine,
                                                                  const memory::desc& layout, float epsilon,
                                                                  dnnl::normalization_flags flags) {
  return {{kForward, layout, epsilon, flags}, engine};
}

void append_eltwise(dnnl::post_ops& after, dnnl::algorithm algorithm, float alpha, float beta) {
  after.append_eltwise(1.0f, algorithm, alpha, beta);
}

memory::dims extents_of(const memory::desc& layout) {
  return layout.dims();
}

memory::dim block_along(const memory::desc& layout, int axis) {
  const dnnl_blocking_desc_t& blocking = layout.data.format_desc.blocking;
  if (layout.data.padded_dims[axis] != layout.data.dims[axis]) return 0;
  memory::dim block = 1;
  for (int i = 0; i < blocking.inner_nblks; ++i)
    if (blocking.inner_idxs[i] == axis) block *= blocking.inner_blks[i];
  return block;
}

#else

dnnl::convolution_forward::primitive_desc convolution_desc(const dnnl::engine& engine, prop_kind kind,
                                                           const ConvolutionLayouts& l,
                                                           const ConvolutionGeometry& g,
                                                           const dnnl::primitive_attr& attributes) {
  return {engine,
          kind,
          kConvolution,
          l.source,
          l.weights,
          l.bias,
          l.destination,
          g.window.strides,
          g.dilates,
          g.window.padding_before,
          g.window.padding_after,
          attributes};
}

dnnl::convolution_backward_data::primitive_desc convolution_backward_data_desc(
    const dnnl::engine& engine, const ConvolutionLayouts& l, const ConvolutionGeometry& g,
    const dnnl::convolution_forward::primitive_desc& forward) {
  return {engine,
          kConvolution,
          l.source,
          l.weights,
          l.destination,
          g.window.strides,
          g.dilates,
          g.window.padding_before,
          g.window.padding_after,
          forward};
}

dnnl::convolution_backward_weights::primitive_desc convolution_backward_weights_desc(
    const dnnl::engine& engine, const ConvolutionLayouts& l, const ConvolutionGeometry& g,
    const dnnl::convolution_forward::primitive_desc& forward) {
  return {engine,
          kConvolution,
          l.source,
          l.weights,
          l.destination,
          g.window.strides,
          g.dilates,
          g.window.padding_before,
          g.window.padding_after,
          forward};
}

dnnl::inner_product_forward::primitive_desc inner_product_desc(const dnnl::engine& engine,
                                                               const ConvolutionLayouts& l,
                                                               const dnnl::primitive_attr& attributes) {
  return {engine, kForward, l.source, l.weights, l.bias, l.destination, attributes};
}

dnnl::matmul::primitive_desc matmul_desc(const dnnl::engine& engine, const memory::desc& left,
                                         const memory::desc& right, const memory::desc& product,
                                         const dnnl::primitive_attr& attributes) {
  return {engine, left, right, product, attributes};
}

dnnl::pooling_forward::primitive_desc pooling_desc(const dnnl::engine& engine, dnnl::algorithm algorithm,
                                                   const memory::desc& source,
                                                   const memory::desc& destination,
                                                   const memory::dims& kernel, const WindowGeometry& window) {
  const memory::dims no_dilation(kernel.size(), 0);
  return {engine,
          kForward,
          algorithm,
          source,
          destination,
          window.strides,
          kernel,
          no_dilation,
          window.padding_before,
          window.padding_after};
}

dnnl::eltwise_forward::primitive_desc eltwise_desc(const dnnl::engine& engine, dnnl::algorithm algorithm,
                                                   const memory::desc& layout, float alpha, float beta) {
  return {engine, kForward, algorithm, layout, layout, alpha, beta};
}

dnnl::binary::primitive_desc binary_desc(const dnnl::engine& engine, dnnl::algorithm algorithm,
                                         const memory::desc& first, const memory::desc& second,
                                         const memory::desc& result, const dnnl::primitive_attr& attributes) {
  return {engine, algorithm, first, second, result, attributes};
}

dnnl::concat::primitive_desc concat_desc(const dnnl::engine& engine, int axis,
                                         const std::vector<memory::desc>& parts) {
  return {engine, axis, parts};
}

dnnl::concat::primitive_desc concat_desc(const dnnl::engine& engine, int axis,
                                         const std::vector<memory::desc>& parts, const memory::desc& whole) {
  return {engine, whole, axis, parts};
}

dnnl::softmax_forward::primitive_desc softmax_desc(const dnnl::engine& engine, const memory::desc& layout,
                                                   int axis) {
  return {engine, kForward, dnnl::algorithm::softmax_accurate, layout, layout, axis};
}

dnnl::batch_normalization_forward::primitive_desc batch_norm_desc(const dnnl::engine& engine,
                                                                  const memory::desc& layout, float epsilon,
                                                                  dnnl::normalization_flags flags) {
  return {engine, kForward, layout, layout, epsilon, flags};
}

dnnl::layer_normalization_forward::primitive_desc layer_norm_desc(const dnnl::engine& engine,
                                                                  const memory::desc& layout, float epsilon,
                                                                  dnnl::normalization_flags flags) {
  return {engine, kForward, layout, layout, epsilon, flags};
}

void append_eltwise(dnnl::post_ops& after, dnnl::algorithm algorithm, float alpha, float beta) {
  after.append_eltwise(algorithm, alpha, beta);
}

memory::dims extents_of(const memory::desc& layout) {
  return layout.get_dims();
}

memory::dim block_along(const memory::desc& layout, int axis) {
  if (layout.get_padded_dims()[axis] != layout.get_dims()[axis]) return 0;
  const memory::dims blocks = layout.get_inner_blks(), axes = layout.get_inner_idxs();
  memory::dim block = 1;
  for (size_t i = 0; i < blocks.size(); ++i)
    if (axes[i] == axis) block *= blocks[i];
  return block;
}

#endif

}  // namespace margay::runtime
