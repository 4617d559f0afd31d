// oneDNN's primitives for one thread, which each thread runs for itself: no thread waits for another within a
// convolution, which costs most where threads sleep while they wait.
#include "margay/fused/convolution.h"

#include <omp.h>

#include <algorithm>
#include <exception>
#include <map>
#include <oneapi/dnnl/dnnl.hpp>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "margay/core/error.h"
#include "margay/fused/laid_out_weights.h"
#include "margay/fused/weight_gradient.h"
#include "margay/runtime/foreign_errors.h"
#include "margay/runtime/omp_threads.h"

namespace margay::fused {
namespace {

using dnnl::memory;

/// Of the output of a part: half of a second-level cache of today's processors.
constexpr int64_t kPartBytes = 512 << 10;

constexpr auto kAlgorithm = dnnl::algorithm::convolution_direct;

memory::data_type type_of(Precision precision) {
  return precision == Precision::bfloat16 ? memory::data_type::bf16 : memory::data_type::f32;
}

int64_t bytes_of(Precision precision) {
  return precision == Precision::bfloat16 ? 2 : 4;
}

memory::desc feature_map(int batch, int channels, int height, int width, memory::data_type type) {
  return {{batch, channels, height, width}, type, memory::format_tag::nhwc};
}

memory::desc any_weights(const ConvolutionSpec& s, memory::data_type type) {
  return {weight_dims(s), type, memory::format_tag::any};
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
        strides{s.stride, s.stride},
        dilates{s.dilation - 1, s.dilation - 1},
        padding{s.padding, s.padding},
        forward({dnnl::prop_kind::forward_training, kAlgorithm, source, weights.forward, bias, destination,
                 strides, dilates, padding, padding},
                engine),
        backward_data(
            {kAlgorithm, source, weights.backward_data, destination, strides, dilates, padding, padding},
            engine, forward),
        backward_weights(
            {kAlgorithm, source, weights.gradient, destination, strides, dilates, padding, padding}, engine,
            forward) {}

  memory::desc source, destination, bias;
  memory::dims strides, dilates, padding;
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
        forward(description.forward),
        backward_data(description.backward_data),
        backward_weights(description.backward_weights) {}

  memory::desc source, destination;
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
  Worker(const ConvolutionSpec& spec, const dnnl::engine& engine, const memory::desc& output,
         const memory::desc& weight_gradient)
      : stream(engine),
        space(output, engine),
        weight_part(weight_gradient, engine),
        weight_sum(weight_gradient, engine),
        own_gradient(spec) {}

  dnnl::stream stream;
  std::map<int, Primitives> primitives;  ///< by the number of pictures
  memory space;                          ///< of the output of a part, or its gradient
  memory weight_part, weight_sum;
  WeightGradient own_gradient;  ///< instead of these two where it is supported
  std::exception_ptr failure;
};

}  // namespace

struct Convolution::Inside {
  Inside(const ConvolutionSpec& s, Precision p)
      : spec(s), precision(p), engine(dnnl::engine::kind::cpu, 0), stream(engine) {
    const runtime::OmpThreads one(1);
    has_own_gradient = p == Precision::bfloat16 && WeightGradient::is_supported(s);
    const int64_t picture = bytes_of(p) * s.out_height() * s.out_width() * s.out_channels;
    pictures_at_once = static_cast<int>(std::clamp<int64_t>(kPartBytes / picture, 1, 64));
    const Description description(s, p, pictures_at_once, engine, any_layouts(s, p));
    layouts = {description.forward.weights_desc(), description.backward_data.weights_desc(),
               description.backward_weights.diff_weights_desc()};
    forward_weights.emplace(s, layouts.forward, engine);
    backward_weights.emplace(s, layouts.backward_data, engine);
    bias_layout = description.bias;
    output_layout = description.destination;
    descriptions.emplace(pictures_at_once, description);
  }

  const Description& description_for(int pictures) {
    const auto found = descriptions.find(pictures);
    if (found != descriptions.end()) return found->second;
    const runtime::OmpThreads one(1);
    return descriptions.emplace(pictures, Description(spec, precision, pictures, engine, layouts))
        .first->second;
  }

  void prepare(Worker& worker, int pictures) {
    if (pictures == 0 || worker.primitives.contains(pictures)) return;
    const Description& description = description_for(pictures);
    const runtime::OmpThreads one(1);
    worker.primitives.emplace(pictures, Primitives(description));
  }

  void prepare(int batch);
  void run_forward(int batch, const void* input, const float* weight, const float* bias, void* output,
                   const Visit& visit);
  void run_backward(int batch, const void* input, const float* weight, const Tell& tell, void* input_gradient,
                    float* weight_gradient);
  template <class Work>
  void share_out(int batch, const Work& work);
  void start_weight_gradient();
  void add_weight_gradient(Worker& worker, const Primitives& given, const Part& part, const memory& source,
                           const memory& gradient) const;
  void finish_weight_gradient(float* weight_gradient);

  int64_t input_bytes() const { return bytes_of(precision) * spec.height * spec.width * spec.in_channels; }
  int64_t output_bytes() const {
    return bytes_of(precision) * spec.out_height() * spec.out_width() * spec.out_channels;
  }

  ConvolutionSpec spec;
  Precision precision;
  dnnl::engine engine;
  dnnl::stream stream;
  bool has_own_gradient;
  int pictures_at_once;
  WeightLayouts layouts;
  std::optional<LaidOutWeights> forward_weights, backward_weights;
  memory::desc bias_layout, output_layout;
  std::map<int, Description> descriptions;  ///< by the number of pictures
  std::vector<Worker> workers;
};

/// Threads only read what is made here.
void Convolution::Inside::prepare(int batch) {
  const auto threads = static_cast<size_t>(Convolution::threads());
  const memory::desc sums = has_own_gradient ? memory::desc() : layouts.gradient;
  while (workers.size() < threads) workers.emplace_back(spec, engine, output_layout, sums);
  workers.erase(workers.begin() + static_cast<std::ptrdiff_t>(threads), workers.end());
  for (size_t t = 0; t < threads; ++t) {
    const auto share = static_cast<int>(batch * (t + 1) / threads - batch * t / threads);
    if (share >= pictures_at_once) prepare(workers[t], pictures_at_once);
    prepare(workers[t], share % pictures_at_once);
  }
}

/// Calls `work(worker, primitives, part)` for every part of the batch.
template <class Work>
void Convolution::Inside::share_out(int batch, const Work& work) {
  prepare(batch);
  const auto threads = static_cast<int>(workers.size());
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int t = 0; t < threads; ++t) {
    Worker& worker = workers[t];
    try {
      const auto last = static_cast<int>(int64_t{batch} * (t + 1) / threads);
      for (auto first = static_cast<int>(int64_t{batch} * t / threads); first < last;) {
        const Part part{first, std::min(pictures_at_once, last - first), t};
        work(worker, worker.primitives.at(part.pictures), part);
        first += part.pictures;
      }
    } catch (...) {
      worker.failure = std::current_exception();
    }
  }
  for (Worker& worker : workers)
    if (worker.failure) std::rethrow_exception(std::exchange(worker.failure, nullptr));
}

void Convolution::Inside::start_weight_gradient() {
  for (Worker& worker : workers) {
    if (has_own_gradient)
      worker.own_gradient.start();
    else
      clear(worker.weight_sum);
  }
}

void Convolution::Inside::add_weight_gradient(Worker& worker, const Primitives& given, const Part& part,
                                              const memory& source, const memory& gradient) const {
  if (has_own_gradient)
    return worker.own_gradient.add(part.pictures, static_cast<const uint16_t*>(source.get_data_handle()),
                                   static_cast<const uint16_t*>(gradient.get_data_handle()));
  given.backward_weights.execute(
      worker.stream,
      {{DNNL_ARG_SRC, source}, {DNNL_ARG_DIFF_DST, gradient}, {DNNL_ARG_DIFF_WEIGHTS, worker.weight_part}});
  worker.stream.wait();
  add_to(worker.weight_sum, worker.weight_part);
}

/// In the order of the threads.
void Convolution::Inside::finish_weight_gradient(float* weight_gradient) {
  if (has_own_gradient) {
    std::vector<const WeightGradient*> parts;
    for (const Worker& worker : workers) parts.push_back(&worker.own_gradient);
    return WeightGradient::total(parts, weight_gradient);
  }
  memory wanted(callers_weights(spec), engine, weight_gradient);
  Worker& sum = workers.front();
  for (size_t t = 1; t < workers.size(); ++t) add_to(sum.weight_sum, workers[t].weight_sum);
  dnnl::reorder(sum.weight_sum, wanted).execute(stream, sum.weight_sum, wanted);
  stream.wait();
}

Convolution::Convolution(const ConvolutionSpec& spec, Precision precision)
    : inside_(
          runtime::with_margay_errors("fused", [&] { return std::make_unique<Inside>(spec, precision); })) {}
Convolution::~Convolution() = default;
Convolution::Convolution(Convolution&&) noexcept = default;
Convolution& Convolution::operator=(Convolution&&) noexcept = default;

int Convolution::threads() {
  return omp_get_max_threads();
}

Precision Convolution::precision() const {
  return inside_->precision;
}

bool Convolution::is_supported(const ConvolutionSpec& spec, Precision precision) try {
  if (dnnl::get_effective_cpu_isa() < dnnl::cpu_isa::avx512_core) return false;
  if (spec.out_height() < 1 || spec.out_width() < 1) return false;
  // The gradient of such weights is written out of bounds, see oneDNN's issue 6035.
  if (spec.kernel == 1 && spec.stride > 1 && spec.in_channels < 16) return false;
  const runtime::OmpThreads one(1);
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
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

void Convolution::forward(int batch, const void* input, const float* weight, const float* bias, void* output,
                          const Visit& visit) {
  runtime::with_margay_errors("fused",
                              [&] { inside_->run_forward(batch, input, weight, bias, output, visit); });
}

void Convolution::backward(int batch, const void* input, const float* weight, const Tell& tell,
                           void* input_gradient, float* weight_gradient) {
  runtime::with_margay_errors(
      "fused", [&] { inside_->run_backward(batch, input, weight, tell, input_gradient, weight_gradient); });
}

void Convolution::Inside::run_forward(int batch, const void* input, const float* weight, const float* bias,
                                      void* output, const Visit& visit) {
  const memory& weights = forward_weights->lay_out(weight);
  const memory biases(bias_layout, engine, const_cast<float*>(bias));
  const auto* from = static_cast<const uint8_t*>(input);
  auto* to = static_cast<uint8_t*>(output);
  share_out(batch, [&](Worker& worker, const Primitives& primitives, const Part& part) {
    void* place = to ? to + part.first * output_bytes() : worker.space.get_data_handle();
    const memory source(primitives.source, engine, const_cast<uint8_t*>(from + part.first * input_bytes()));
    const memory destination(primitives.destination, engine, place);
    primitives.forward.execute(worker.stream, {{DNNL_ARG_SRC, source},
                                               {DNNL_ARG_WEIGHTS, weights},
                                               {DNNL_ARG_BIAS, biases},
                                               {DNNL_ARG_DST, destination}});
    worker.stream.wait();
    visit(part, place);
  });
}

void Convolution::Inside::run_backward(int batch, const void* input, const float* weight, const Tell& tell,
                                       void* input_gradient, float* weight_gradient) {
  const memory* weights = input_gradient ? &backward_weights->lay_out(weight) : nullptr;
  const auto* from = static_cast<const uint8_t*>(input);
  auto* to = static_cast<uint8_t*>(input_gradient);
  prepare(batch);
  if (weight_gradient) start_weight_gradient();
  share_out(batch, [&](Worker& worker, const Primitives& primitives, const Part& part) {
    const void* told = tell(part, worker.space.get_data_handle());
    const memory gradient(primitives.destination, engine, const_cast<void*>(told));
    const int64_t at = part.first * input_bytes();
    const memory source(primitives.source, engine, const_cast<uint8_t*>(from + at));
    if (weight_gradient) add_weight_gradient(worker, primitives, part, source, gradient);
    if (to == nullptr) return;
    const memory source_gradient(primitives.source, engine, to + at);
    primitives.backward_data.execute(
        worker.stream,
        {{DNNL_ARG_DIFF_DST, gradient}, {DNNL_ARG_WEIGHTS, *weights}, {DNNL_ARG_DIFF_SRC, source_gradient}});
    worker.stream.wait();
  });
  if (weight_gradient) finish_weight_gradient(weight_gradient);
}

}  // namespace margay::fused
