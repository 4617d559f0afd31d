// oneDNN's primitives for one thread, which each thread runs for itself: no thread waits for another within a
// convolution, which costs most where threads sleep while they wait.
#include <algorithm>
#include <map>
#include <oneapi/dnnl/dnnl.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "margay/fused/convolution_kernel.h"
#include "margay/fused/laid_out_weights.h"
#include "margay/fused/weight_gradient.h"
#include "margay/runtime/cpu_engine.h"
#include "margay/runtime/omp_threads.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::fused {
namespace {

using dnnl::memory;

memory::data_type type_of(Precision precision) {
  return precision == Precision::bfloat16 ? memory::data_type::bf16 : memory::data_type::f32;
}

memory::desc feature_map(int batch, int channels, int height, int width, memory::data_type type) {
  return {{batch, channels, height, width}, type, memory::format_tag::nhwc};
}

memory::desc any_weights(const ConvolutionSpec& s, memory::data_type type) {
  return {weight_dims(s), type, memory::format_tag::any};
}

runtime::ConvolutionGeometry geometry_of(const ConvolutionSpec& s) {
  const memory::dims padding{s.padding, s.padding};
  return {.window = {.strides = {s.stride, s.stride}, .padding_before = padding, .padding_after = padding},
          .dilates = {s.dilation - 1, s.dilation - 1}};
}

/// Layouts of the weights that oneDNN chose for one size of parts, and that those of another size keep.
struct WeightLayouts {
  memory::desc forward, backward_data, gradient;
};

/// A convolution of one number of pictures in all three directions, as oneDNN describes it.
struct Description {
  Description(const ConvolutionSpec& s, Precision precision, int pictures, const dnnl::engine& engine,
              const WeightLayouts& weights)
      : source(feature_map(pictures, s.in_channels, s.height, s.width, type_of(precision))),
        destination(feature_map(pictures, s.out_channels, s.out_height(), s.out_width(), type_of(precision))),
        bias(s.bias ? memory::desc({s.out_channels}, memory::data_type::f32, memory::format_tag::x)
                    : memory::desc()),
        geometry(geometry_of(s)),
        forward(runtime::convolution_desc(engine, dnnl::prop_kind::forward_training,
                                          {source, weights.forward, bias, destination}, geometry)),
        backward_data(runtime::convolution_backward_data_desc(
            engine, {source, weights.backward_data, {}, destination}, geometry, forward)),
        backward_weights(runtime::convolution_backward_weights_desc(
            engine, {source, weights.gradient, {}, destination}, geometry, forward)) {}

  memory::desc source, destination, bias;
  runtime::ConvolutionGeometry geometry;
  dnnl::convolution_forward::primitive_desc forward;
  dnnl::convolution_backward_data::primitive_desc backward_data;
  dnnl::convolution_backward_weights::primitive_desc backward_weights;
};

WeightLayouts any_layouts(const ConvolutionSpec& s, Precision precision) {
  const memory::desc values = any_weights(s, type_of(precision));
  return {values, values, any_weights(s, memory::data_type::f32)};
}

/// Each thread has its own: a primitive has scratch memory, which two threads must not use at once.
struct Primitives {
  explicit Primitives(const Description& description)
      : source(description.source),
        destination(description.destination),
        bias(description.bias),
        forward(description.forward),
        backward_data(description.backward_data),
        backward_weights(description.backward_weights) {}

  memory::desc source, destination, bias;
  dnnl::convolution_forward forward;
  dnnl::convolution_backward_data backward_data;
  dnnl::convolution_backward_weights backward_weights;
};

void add_to(memory& sum, const memory& part) {
  auto* to = static_cast<float*>(sum.get_data_handle());
  const auto* from = static_cast<const float*>(part.get_data_handle());
  const size_t count = sum.get_desc().get_size() / sizeof(float);
  for (size_t i = 0; i < count; ++i) to[i] += from[i];
}

void clear(memory& values) {
  std::fill_n(static_cast<uint8_t*>(values.get_data_handle()), values.get_desc().get_size(), uint8_t{0});
}

/// Memory of one thread.
struct Worker {
  Worker(const ConvolutionSpec& spec, const dnnl::engine& engine, const memory::desc& weight_gradient)
      : stream(engine),
        weight_part(weight_gradient, engine),
        weight_sum(weight_gradient, engine),
        own_gradient(spec) {}

  dnnl::stream stream;
  std::map<int, Primitives> primitives;  ///< by the number of pictures
  memory weight_part, weight_sum;
  WeightGradient own_gradient;  ///< instead of these two where it is supported
};

class DirectKernel : public ConvolutionKernel {
 public:
  DirectKernel(const ConvolutionSpec& spec, Precision precision, int pictures_at_once)
      : spec_(spec), precision_(precision), engine_(runtime::cpu_engine()), stream_(engine_) {
    const runtime::OmpThreads one(1);
    has_own_gradient_ = precision == Precision::bfloat16 && WeightGradient::is_supported(spec);
    const Description description(spec, precision, pictures_at_once, engine_, any_layouts(spec, precision));
    layouts_ = {description.forward.weights_desc(), description.backward_data.weights_desc(),
                description.backward_weights.diff_weights_desc()};
    forward_weights_.emplace(spec, layouts_.forward, engine_);
    backward_weights_.emplace(spec, layouts_.backward_data, engine_);
    descriptions_.emplace(pictures_at_once, description);
  }

  void prepare(int thread, int pictures) override;
  void lay_out(const float* weight) override { weights_ = &forward_weights_->lay_out(weight); }
  void forward(int thread, int pictures, const void* input, const float* bias, void* output) override;
  void lay_out_back(const float* weight) override { back_ = &backward_weights_->lay_out(weight); }
  void backward(int thread, int pictures, const void* gradient, void* input_gradient) override;
  void start_weight_gradient() override;
  void add_weight_gradient(int thread, int pictures, const void* input, const void* gradient) override;
  void finish_weight_gradient(float* weight_gradient) override;

 private:
  const Description& description_for(int pictures);
  memory memory_of(const memory::desc& layout, const void* values) const {
    return {layout, engine_, const_cast<void*>(values)};
  }

  ConvolutionSpec spec_;
  Precision precision_;
  dnnl::engine engine_;
  dnnl::stream stream_;
  bool has_own_gradient_;
  WeightLayouts layouts_;
  std::optional<LaidOutWeights> forward_weights_, backward_weights_;
  const memory *weights_ = nullptr, *back_ = nullptr;
  std::map<int, Description> descriptions_;  ///< by the number of pictures
  std::vector<Worker> workers_;
};

const Description& DirectKernel::description_for(int pictures) {
  const auto found = descriptions_.find(pictures);
  if (found != descriptions_.end()) return found->second;
  return descriptions_.emplace(pictures, Description(spec_, precision_, pictures, engine_, layouts_))
      .first->second;
}

void DirectKernel::prepare(int thread, int pictures) {
  if (workers_.size() > static_cast<size_t>(thread) && workers_[thread].primitives.contains(pictures)) return;
  const runtime::OmpThreads one(1);
  const memory::desc sums = has_own_gradient_ ? memory::desc() : layouts_.gradient;
  while (workers_.size() <= static_cast<size_t>(thread)) workers_.emplace_back(spec_, engine_, sums);
  workers_[thread].primitives.emplace(pictures, Primitives(description_for(pictures)));
}

void DirectKernel::forward(int thread, int pictures, const void* input, const float* bias, void* output) {
  Worker& worker = workers_[thread];
  const Primitives& primitives = worker.primitives.at(pictures);
  primitives.forward.execute(worker.stream, {{DNNL_ARG_SRC, memory_of(primitives.source, input)},
                                             {DNNL_ARG_WEIGHTS, *weights_},
                                             {DNNL_ARG_BIAS, memory_of(primitives.bias, bias)},
                                             {DNNL_ARG_DST, memory_of(primitives.destination, output)}});
  worker.stream.wait();
}

void DirectKernel::backward(int thread, int pictures, const void* gradient, void* input_gradient) {
  Worker& worker = workers_[thread];
  const Primitives& primitives = worker.primitives.at(pictures);
  primitives.backward_data.execute(worker.stream,
                                   {{DNNL_ARG_DIFF_DST, memory_of(primitives.destination, gradient)},
                                    {DNNL_ARG_WEIGHTS, *back_},
                                    {DNNL_ARG_DIFF_SRC, memory_of(primitives.source, input_gradient)}});
  worker.stream.wait();
}

void DirectKernel::start_weight_gradient() {
  for (Worker& worker : workers_) {
    if (has_own_gradient_)
      worker.own_gradient.start();
    else
      clear(worker.weight_sum);
  }
}

void DirectKernel::add_weight_gradient(int thread, int pictures, const void* input, const void* gradient) {
  Worker& worker = workers_[thread];
  if (has_own_gradient_)
    return worker.own_gradient.add(pictures, static_cast<const uint16_t*>(input),
                                   static_cast<const uint16_t*>(gradient));
  const Primitives& primitives = worker.primitives.at(pictures);
  primitives.backward_weights.execute(worker.stream,
                                      {{DNNL_ARG_SRC, memory_of(primitives.source, input)},
                                       {DNNL_ARG_DIFF_DST, memory_of(primitives.destination, gradient)},
                                       {DNNL_ARG_DIFF_WEIGHTS, worker.weight_part}});
  worker.stream.wait();
  add_to(worker.weight_sum, worker.weight_part);
}

/// In the order of the threads.
void DirectKernel::finish_weight_gradient(float* weight_gradient) {
  if (has_own_gradient_) {
    std::vector<const WeightGradient*> parts;
    for (const Worker& worker : workers_) parts.push_back(&worker.own_gradient);
    return WeightGradient::total(parts, weight_gradient);
  }
  memory wanted(callers_weights(spec_), engine_, weight_gradient);
  Worker& sum = workers_.front();
  for (size_t t = 1; t < workers_.size(); ++t) add_to(sum.weight_sum, workers_[t].weight_sum);
  dnnl::reorder(sum.weight_sum, wanted).execute(stream_, sum.weight_sum, wanted);
  stream_.wait();
}

}  // namespace

std::unique_ptr<ConvolutionKernel> direct_kernel(const ConvolutionSpec& spec, Precision precision,
                                                 int pictures_at_once) {
  return std::make_unique<DirectKernel>(spec, precision, pictures_at_once);
}

bool is_direct_supported(const ConvolutionSpec& spec, Precision precision) try {
  if (dnnl::get_effective_cpu_isa() < dnnl::cpu_isa::avx512_core) return false;
  // The gradient of such weights is written out of bounds, see oneDNN's issue 6035.
  if (spec.kernel == 1 && spec.stride > 1 && spec.in_channels < 16) return false;
  const runtime::OmpThreads one(1);
  const dnnl::engine engine = runtime::cpu_engine();
  const Description description(spec, precision, 1, engine, any_layouts(spec, precision));
  const auto is_fast = [](const auto& direction) {
    const std::string_view name = direction.impl_info_str();
    return name.find("ref") == std::string_view::npos && name.find("gemm") == std::string_view::npos;
  };
  return is_fast(description.forward) && is_fast(description.backward_data) &&
         is_fast(description.backward_weights);
} catch (const dnnl::error&) {
  return false;
}

}  // namespace margay::fused
