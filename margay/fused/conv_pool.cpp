// oneDNN's convolutions over a few pictures at a time, with the pooling of our own in between.
#include "margay/fused/conv_pool.h"

#include <algorithm>
#include <map>
#include <oneapi/dnnl/dnnl.hpp>
#include <string_view>
#include <vector>

#include "margay/core/error.h"
#include "margay/fused/pool_rows.h"

namespace margay::fused {
namespace {

using dnnl::memory;

/// Pictures at a time: few enough that a convolution's output stays in the cache, enough to keep cores busy.
constexpr int kMicroBatch = 8;

memory::data_type type_of(Precision precision) {
  return precision == Precision::bfloat16 ? memory::data_type::bf16 : memory::data_type::f32;
}

int64_t bytes_of(Precision precision) {
  return precision == Precision::bfloat16 ? 2 : 4;
}

memory::desc feature_map(int batch, int channels, int height, int width, memory::data_type type) {
  return {{batch, channels, height, width}, type, memory::format_tag::nhwc};
}

memory::dims weight_dims(const ConvPoolSpec& s) {
  if (s.groups == 1) return {s.out_channels, s.in_channels, s.kernel, s.kernel};
  return {s.groups, s.out_channels / s.groups, s.in_channels / s.groups, s.kernel, s.kernel};
}

/// [out, kernel, kernel, in / groups] float32, as the caller has it.
memory::desc callers_weights(const ConvPoolSpec& s) {
  const int64_t in = s.in_channels / s.groups, row = s.kernel * in, filter = s.kernel * row;
  memory::dims strides{filter, 1, row, in};
  if (s.groups > 1) strides.insert(strides.begin(), s.out_channels / s.groups * filter);
  return {weight_dims(s), memory::data_type::f32, strides};
}

memory::desc any_weights(const ConvPoolSpec& s, memory::data_type type) {
  return {weight_dims(s), type, memory::format_tag::any};
}

/// A convolution for one number of pictures in all three directions, as oneDNN describes it.
struct Descriptions {
  Descriptions(const ConvPoolSpec& s, Precision precision, int pictures, const dnnl::engine& engine)
      : source(feature_map(pictures, s.in_channels, s.height, s.width, type_of(precision))),
        destination(
            feature_map(pictures, s.out_channels, s.conv_height(), s.conv_width(), type_of(precision))),
        bias(s.bias ? memory::desc({s.out_channels}, memory::data_type::f32, memory::format_tag::x)
                    : memory::desc()),
        strides{s.stride, s.stride},
        dilates{s.dilation - 1, s.dilation - 1},
        padding{s.padding, s.padding},
        weights(any_weights(s, type_of(precision))),
        forward({dnnl::prop_kind::forward_training, kAlgorithm, source, weights, bias, destination, strides,
                 dilates, padding, padding},
                relu_of(s), engine),
        backward_weights({kAlgorithm, source, any_weights(s, memory::data_type::f32), bias, destination,
                          strides, dilates, padding, padding},
                         engine, forward) {}

  dnnl::convolution_backward_data::primitive_desc backward_data(const dnnl::engine& engine) const {
    return {{kAlgorithm, source, weights, destination, strides, dilates, padding, padding}, engine, forward};
  }

  static dnnl::primitive_attr relu_of(const ConvPoolSpec& s) {
    dnnl::primitive_attr attributes;
    if (!s.relu || s.pool) return attributes;
    dnnl::post_ops after;
    after.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0);
    attributes.set_post_ops(after);
    return attributes;
  }

  static constexpr auto kAlgorithm = dnnl::algorithm::convolution_direct;
  memory::desc source, destination, bias;
  memory::dims strides, dilates, padding;
  memory::desc weights;
  dnnl::convolution_forward::primitive_desc forward;
  dnnl::convolution_backward_weights::primitive_desc backward_weights;
};

void add_to(memory& sum, const memory& part) {
  auto* to = static_cast<float*>(sum.get_data_handle());
  const auto* from = static_cast<const float*>(part.get_data_handle());
  const size_t count = sum.get_desc().get_size() / sizeof(float);
  for (size_t i = 0; i < count; ++i) to[i] += from[i];
}

void clear(memory& values) {
  auto* bytes = static_cast<uint8_t*>(values.get_data_handle());
  std::fill_n(bytes, values.get_desc().get_size(), uint8_t{0});
}

/// Primitives for one number of pictures, with the memory that stays in the cache.
struct Pass {
  Pass(const ConvPoolSpec& spec, Precision precision, int pictures, const dnnl::engine& engine)
      : described(spec, precision, pictures, engine),
        forward(described.forward),
        backward_weights(described.backward_weights),
        source(described.source, engine, nullptr),
        output(described.destination, engine, nullptr),
        convolved(spec.pool ? memory(described.destination, engine) : output),
        gradient(spec.pool || spec.relu ? memory(described.destination, engine) : output),
        weights(described.forward.weights_desc(), engine),
        weight_gradient(described.backward_weights.diff_weights_desc(), engine),
        weight_sum(described.backward_weights.diff_weights_desc(), engine),
        bias_gradient(described.bias, engine),
        bias_sum(described.bias, engine) {}

  /// The way back to the input, which the first layer of a network does without.
  void prepare_backward_data(const dnnl::engine& engine) {
    if (backward_data) return;
    const auto description = described.backward_data(engine);
    backward_data = dnnl::convolution_backward_data(description);
    backward_weights_of_data = memory(description.weights_desc(), engine);
    source_gradient = memory(described.source, engine, nullptr);
  }

  Descriptions described;
  dnnl::convolution_forward forward;
  dnnl::convolution_backward_weights backward_weights;
  dnnl::convolution_backward_data backward_data;
  memory source, output, convolved, gradient, weights, weight_gradient, weight_sum, bias_gradient, bias_sum;
  memory backward_weights_of_data, source_gradient;
};

}  // namespace

struct ConvPool::Passes {
  Passes(const ConvPoolSpec& s, Precision p)
      : spec(s), precision(p), engine(dnnl::engine::kind::cpu, 0), stream(engine) {}

  Pass& pass_for(int pictures) {
    const auto found = passes.find(pictures);
    if (found != passes.end()) return found->second;
    return passes
        .emplace(std::piecewise_construct, std::forward_as_tuple(pictures),
                 std::forward_as_tuple(spec, precision, pictures, engine))
        .first->second;
  }

  /// Calls `work(pass, first picture, pictures)` for one micro-batch after another; `prepare(pass)` before
  /// the first of its size.
  template <class Prepare, class Work>
  void in_parts(int batch, const Prepare& prepare, const Work& work) {
    for (int first = 0; first < batch; first += kMicroBatch) {
      const int pictures = std::min(kMicroBatch, batch - first);
      Pass& pass = pass_for(pictures);
      if (first == 0 || pictures < kMicroBatch) prepare(pass);
      work(pass, first, pictures);
    }
  }

  void reorder(memory from, memory to) {
    dnnl::reorder(from, to).execute(stream, from, to);
    stream.wait();
  }

  memory weights_of(const float* weight) {
    return {callers_weights(spec), engine, const_cast<float*>(weight)};
  }

  template <class Bits>
  void pool(int pictures, const memory& convolved, Bits* output, uint8_t* choice) const;
  template <class Bits>
  void undo(int first, int pictures, const Way& way, memory& gradient) const;

  /// Bytes of a picture's input and output, and values of its output.
  int64_t input_bytes() const { return bytes_of(precision) * spec.height * spec.width * spec.in_channels; }
  int64_t output_values() const { return int64_t{spec.out_height()} * spec.out_width() * spec.out_channels; }

  ConvPoolSpec spec;
  Precision precision;
  dnnl::engine engine;
  dnnl::stream stream;
  std::map<int, Pass> passes;
};

template <class Bits>
void ConvPool::Passes::pool(int pictures, const memory& convolved, Bits* output, uint8_t* choice) const {
  const PoolRow row{spec.out_width(), spec.out_channels, spec.relu};
  const auto* in = static_cast<const Bits*>(convolved.get_data_handle());
  const int64_t in_row = int64_t{spec.conv_width()} * spec.out_channels;
  const int64_t out_row = int64_t{spec.out_width()} * spec.out_channels;
  const int rows = spec.out_height();
#pragma omp parallel for schedule(static)
  for (int i = 0; i < pictures * rows; ++i) {
    const int64_t top = (int64_t{i / rows} * spec.conv_height() + 2 * (i % rows)) * in_row;
    pool_row(row, in + top, in + top + in_row, output + i * out_row, choice ? choice + i * out_row : nullptr);
  }
}

/// From the gradient of the output to that of the convolution.
template <class Bits>
void ConvPool::Passes::undo(int first, int pictures, const Way& way, memory& gradient) const {
  const auto* from = static_cast<const Bits*>(way.output_gradient) + first * output_values();
  auto* to = static_cast<Bits*>(gradient.get_data_handle());
  if (!spec.pool) {
    const auto* output = static_cast<const Bits*>(way.output) + first * output_values();
#pragma omp parallel for schedule(static)
    for (int i = 0; i < pictures; ++i)
      unrectify(output_values(), from + i * output_values(), output + i * output_values(),
                to + i * output_values());
    return;
  }
  const PoolRow row{spec.out_width(), spec.out_channels, spec.relu};
  const uint8_t* choice = way.choice + first * output_values();
  const int64_t wide = int64_t{spec.conv_width()} * spec.out_channels;
  const int64_t pooled = int64_t{2} * spec.out_width() * spec.out_channels;
  const int64_t out_row = pooled / 2;
  const int rows = (spec.conv_height() + 1) / 2;
#pragma omp parallel for schedule(static)
  for (int i = 0; i < pictures * rows; ++i) {
    const int picture = i / rows, y = i % rows;
    Bits* top = to + (int64_t{picture} * spec.conv_height() + 2 * y) * wide;
    if (y == spec.out_height()) {
      std::fill_n(top, wide, Bits{0});  // a last odd row
      continue;
    }
    const int64_t at = (int64_t{picture} * spec.out_height() + y) * out_row;
    unpool_row(row, from + at, choice + at, top, top + wide);
    std::fill(top + pooled, top + wide, Bits{0});  // a last odd column
    std::fill(top + wide + pooled, top + 2 * wide, Bits{0});
  }
}

ConvPool::ConvPool(const ConvPoolSpec& spec, Precision precision)
    : passes_(std::make_unique<Passes>(spec, precision)) {}
ConvPool::~ConvPool() = default;
ConvPool::ConvPool(ConvPool&&) noexcept = default;
ConvPool& ConvPool::operator=(ConvPool&&) noexcept = default;

bool ConvPool::is_supported(const ConvPoolSpec& spec, Precision precision) try {
  if (dnnl::get_effective_cpu_isa() < dnnl::cpu_isa::avx512_core) return false;
  if (spec.out_height() < 1 || spec.out_width() < 1) return false;
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  const Descriptions described(spec, precision, kMicroBatch, engine);
  const auto is_fast = [](const auto& description) {
    const std::string_view name = description.impl_info_str();
    return name.find("ref") == name.npos && name.find("gemm") == name.npos;
  };
  return is_fast(described.forward) && is_fast(described.backward_weights) &&
         is_fast(described.backward_data(engine));
} catch (const dnnl::error&) {
  return false;
}

void ConvPool::forward(int batch, const void* input, const float* weight, const float* bias, void* output,
                       uint8_t* choice) {
  Passes& all = *passes_;
  memory given = all.weights_of(weight);
  const auto* in = static_cast<const uint8_t*>(input);
  auto* out = static_cast<uint8_t*>(output);
  all.in_parts(
      batch, [&](Pass& pass) { all.reorder(given, pass.weights); },
      [&](Pass& pass, int first, int pictures) {
        const int64_t at = first * all.output_values();
        pass.source.set_data_handle(const_cast<uint8_t*>(in + first * all.input_bytes()));
        pass.output.set_data_handle(out + at * bytes_of(all.precision));
        const memory bias_memory(pass.described.bias, all.engine, const_cast<float*>(bias));
        pass.forward.execute(all.stream, {{DNNL_ARG_SRC, pass.source},
                                          {DNNL_ARG_WEIGHTS, pass.weights},
                                          {DNNL_ARG_BIAS, bias_memory},
                                          {DNNL_ARG_DST, all.spec.pool ? pass.convolved : pass.output}});
        all.stream.wait();
        if (!all.spec.pool) return;
        uint8_t* chosen = choice ? choice + at : nullptr;
        if (all.precision == Precision::bfloat16)
          all.pool(pictures, pass.convolved, static_cast<uint16_t*>(output) + at, chosen);
        else
          all.pool(pictures, pass.convolved, static_cast<uint32_t*>(output) + at, chosen);
      });
}

void ConvPool::backward(int batch, const Way& way, void* input_gradient, float* weight_gradient,
                        float* bias_gradient) {
  Passes& all = *passes_;
  const ConvPoolSpec& spec = all.spec;
  memory given = all.weights_of(way.weight), wanted = all.weights_of(weight_gradient);
  const auto* in = static_cast<const uint8_t*>(way.input);
  std::vector<Pass*> used;
  const auto prepare = [&](Pass& pass) {
    if (std::ranges::find(used, &pass) != used.end()) return;
    used.push_back(&pass);
    clear(pass.weight_sum), clear(pass.bias_sum);
    if (input_gradient == nullptr) return;
    pass.prepare_backward_data(all.engine);
    all.reorder(given, pass.backward_weights_of_data);
  };
  all.in_parts(batch, prepare, [&](Pass& pass, int first, int pictures) {
    const int64_t size = bytes_of(all.precision);
    if (!spec.pool && !spec.relu)
      pass.gradient.set_data_handle(const_cast<uint8_t*>(static_cast<const uint8_t*>(way.output_gradient)) +
                                    first * all.output_values() * size);
    else if (all.precision == Precision::bfloat16)
      all.undo<uint16_t>(first, pictures, way, pass.gradient);
    else
      all.undo<uint32_t>(first, pictures, way, pass.gradient);
    pass.source.set_data_handle(const_cast<uint8_t*>(in + first * all.input_bytes()));
    pass.backward_weights.execute(all.stream, {{DNNL_ARG_SRC, pass.source},
                                               {DNNL_ARG_DIFF_DST, pass.gradient},
                                               {DNNL_ARG_DIFF_WEIGHTS, pass.weight_gradient},
                                               {DNNL_ARG_DIFF_BIAS, pass.bias_gradient}});
    all.stream.wait();
    add_to(pass.weight_sum, pass.weight_gradient), add_to(pass.bias_sum, pass.bias_gradient);
    if (input_gradient == nullptr) return;
    pass.source_gradient.set_data_handle(static_cast<uint8_t*>(input_gradient) + first * all.input_bytes());
    pass.backward_data.execute(all.stream, {{DNNL_ARG_DIFF_DST, pass.gradient},
                                            {DNNL_ARG_WEIGHTS, pass.backward_weights_of_data},
                                            {DNNL_ARG_DIFF_SRC, pass.source_gradient}});
    all.stream.wait();
  });
  // Micro-batches of two sizes may have two layouts, so that the sums meet in the caller's.
  std::vector<float> rest(used.size() > 1 ? wanted.get_desc().get_size() / sizeof(float) : 0);
  all.reorder(used.front()->weight_sum, wanted);
  if (used.size() > 1) {
    all.reorder(used.back()->weight_sum, all.weights_of(rest.data()));
    for (size_t i = 0; i < rest.size(); ++i) weight_gradient[i] += rest[i];
  }
  if (!spec.bias) return;
  std::fill_n(bias_gradient, spec.out_channels, 0.0f);
  for (const Pass* pass : used)
    for (int c = 0; c < spec.out_channels; ++c)
      bias_gradient[c] += static_cast<const float*>(pass->bias_sum.get_data_handle())[c];
}

}  // namespace margay::fused
