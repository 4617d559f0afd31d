// oneDNN's products of matrices in the caller's plain layouts: blocked ones would cost another pass over the
// weights, which are most of what such a layer reads.
#include "margay/fused/dense.h"

#include <algorithm>
#include <map>
#include <oneapi/dnnl/dnnl.hpp>

#include "margay/fused/float_lanes.h"
#include "margay/fused/pool_rows.h"
#include "margay/runtime/foreign_errors.h"

namespace margay::fused {
namespace {

using dnnl::memory;

memory::desc matrix(int64_t rows, int64_t columns, memory::data_type type) {
  return {{rows, columns}, type, memory::format_tag::ab};
}

constexpr auto kHalf = memory::data_type::bf16;
constexpr auto kFloat = memory::data_type::f32;

/// Products for one size of batches.
struct Products {
  Products(const DenseSpec& s, int64_t batch, const dnnl::engine& engine)
      : input(matrix(batch, s.in_features, kHalf)),
        weight(matrix(s.out_features, s.in_features, kHalf)),
        weight_gradient(matrix(s.out_features, s.in_features, kFloat)),
        output(matrix(batch, s.out_features, kHalf)),
        bias({s.out_features}, kFloat, memory::format_tag::a),
        described({dnnl::prop_kind::forward_training, input, weight, s.bias ? bias : memory::desc(), output},
                  relu_of(s), engine),
        forward(described),
        backward_data({{input, weight, output}, engine, described}),
        backward_weights({{input, weight_gradient, output}, engine, described}) {}

  static dnnl::primitive_attr relu_of(const DenseSpec& s) {
    dnnl::primitive_attr attributes;
    if (!s.relu) return attributes;
    dnnl::post_ops after;
    after.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0);
    attributes.set_post_ops(after);
    return attributes;
  }

  memory::desc input, weight, weight_gradient, output, bias;
  dnnl::inner_product_forward::primitive_desc described;
  dnnl::inner_product_forward forward;
  dnnl::inner_product_backward_data backward_data;
  dnnl::inner_product_backward_weights backward_weights;
};

void* writable(const void* data) {
  return const_cast<void*>(data);
}

MARGAY_VECTOR_CLONES void narrow(int64_t count, const float* values, uint16_t* out) {
  using L = FloatLanes<uint16_t, 16>;
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) L::store(L::load_floats(values + i), out + i);
  if (i == count) return;
  float rest[16] = {};
  uint16_t narrowed[16];
  std::copy(values + i, values + count, rest);
  L::store(L::load_floats(rest), narrowed);
  std::copy_n(narrowed, count - i, out + i);
}

}  // namespace

struct Dense::Inside {
  explicit Inside(const DenseSpec& s) : spec(s), engine(dnnl::engine::kind::cpu, 0), stream(engine) {}

  const Products& products_for(int64_t batch) {
    const auto found = products.find(batch);
    if (found != products.end()) return found->second;
    return products
        .emplace(std::piecewise_construct, std::forward_as_tuple(batch),
                 std::forward_as_tuple(spec, batch, engine))
        .first->second;
  }
  void forward(int64_t batch, const uint16_t* input, const uint16_t* weight, const float* bias,
               uint16_t* output);
  void backward(int64_t batch, const Way& way, const Gradients& gradients);

  DenseSpec spec;
  dnnl::engine engine;
  dnnl::stream stream;
  std::map<int64_t, Products> products;
  std::vector<uint16_t> rectified;  ///< gradient behind ReLU
};

Dense::Dense(const DenseSpec& spec, Precision) : inside_(std::make_unique<Inside>(spec)) {}
Dense::~Dense() = default;
Dense::Dense(Dense&&) noexcept = default;
Dense& Dense::operator=(Dense&&) noexcept = default;

bool Dense::is_supported(const DenseSpec&, Precision precision) {
  return precision == Precision::bfloat16 && dnnl::get_effective_cpu_isa() >= dnnl::cpu_isa::avx512_core_bf16;
}

void Dense::Inside::forward(int64_t batch, const uint16_t* input, const uint16_t* weight, const float* bias,
                            uint16_t* output) {
  const Products& p = products_for(batch);
  const auto at = [&](const memory::desc& desc, const void* data) {
    return memory(desc, engine, writable(data));
  };
  p.forward.execute(stream, {{DNNL_ARG_SRC, at(p.input, input)},
                             {DNNL_ARG_WEIGHTS, at(p.weight, weight)},
                             {DNNL_ARG_BIAS, at(spec.bias ? p.bias : memory::desc(), bias)},
                             {DNNL_ARG_DST, at(p.output, output)}});
  stream.wait();
}

void Dense::Inside::backward(int64_t batch, const Way& way, const Gradients& gradients) {
  const Products& p = products_for(batch);
  const auto at = [&](const memory::desc& desc, const void* data) {
    return memory(desc, engine, writable(data));
  };
  const int64_t values = batch * spec.out_features;
  const uint16_t* gradient = way.output_gradient;
  if (spec.relu) {
    rectified.resize(values);
    unrectify(values, gradient, way.output, rectified.data());
    gradient = rectified.data();
  }
  if (gradients.bias) {
    std::fill_n(gradients.bias, spec.out_features, 0.0f);
    add_pixels(batch, static_cast<int>(spec.out_features), gradient, gradients.bias);
  }
  p.backward_weights.execute(stream, {{DNNL_ARG_SRC, at(p.input, way.input)},
                                      {DNNL_ARG_DIFF_DST, at(p.output, gradient)},
                                      {DNNL_ARG_DIFF_WEIGHTS, at(p.weight_gradient, gradients.weight)}});
  if (gradients.input)
    p.backward_data.execute(stream, {{DNNL_ARG_DIFF_DST, at(p.output, gradient)},
                                     {DNNL_ARG_WEIGHTS, at(p.weight, way.weight)},
                                     {DNNL_ARG_DIFF_SRC, at(p.input, gradients.input)}});
  stream.wait();
}

void Dense::forward(int64_t batch, const uint16_t* input, const uint16_t* weight, const float* bias,
                    uint16_t* output) {
  runtime::with_margay_errors("fused", [&] { inside_->forward(batch, input, weight, bias, output); });
}

void Dense::backward(int64_t batch, const Way& way, const Gradients& gradients) {
  runtime::with_margay_errors("fused", [&] { inside_->backward(batch, way, gradients); });
}

void to_bfloat16(int64_t count, const float* values, uint16_t* out) {
  constexpr int64_t kBlock = 1 << 16;
  const int64_t blocks = (count + kBlock - 1) / kBlock;
#pragma omp parallel for schedule(static) if (blocks > 1)
  for (int64_t block = 0; block < blocks; ++block) {
    const int64_t first = block * kBlock;
    narrow(std::min(kBlock, count - first), values + first, out + first);
  }
}

}  // namespace margay::fused
