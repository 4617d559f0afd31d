// A matrix product, again and again.
#include "margay/runtime/peak.h"

#include <vector>

#include "margay/core/error.h"
#include "margay/core/timing.h"
#include "margay/runtime/cpu_engine.h"
#include "margay/runtime/foreign_errors.h"
#include "margay/runtime/omp_threads.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {
namespace {

using dnnl::memory;

constexpr memory::dim kSide = 1024;

/// A matrix of ones, none of which slows the processor down as very small numbers do.
memory ones(const memory::desc& layout, const dnnl::engine& engine, dnnl::stream& stream) {
  std::vector<float> values(kSide * kSide, 1.0f);
  memory plain({extents_of(layout), memory::data_type::f32, memory::format_tag::ab}, engine, values.data());
  memory matrix(layout, engine);
  dnnl::reorder(plain, matrix).execute(stream, plain, matrix);
  stream.wait();
  return matrix;
}

std::optional<dnnl::matmul::primitive_desc> choose_product(Factors factors, const dnnl::engine& engine) {
  const auto type = factors == Factors::bfloat16 ? memory::data_type::bf16 : memory::data_type::f32;
  const memory::dims square{kSide, kSide};
  const memory::desc factor(square, type, memory::format_tag::any);
  const memory::desc product(square, memory::data_type::f32, memory::format_tag::ab);
  try {
    return matmul_desc(engine, factor, factor, product);
  } catch (const dnnl::error& error) {
    if (error.status == dnnl_unimplemented) return std::nullopt;
    throw;
  }
}

double time_product(const dnnl::matmul::primitive_desc& chosen, const dnnl::engine& engine, double seconds,
                    const std::stop_token& stop) {
  dnnl::stream stream(engine);
  const memory left = ones(chosen.src_desc(), engine, stream);
  const memory right = ones(chosen.weights_desc(), engine, stream);
  const memory product(chosen.dst_desc(), engine);
  const dnnl::matmul matmul(chosen);
  const auto multiply = [&] {
    require<Interrupted>(!stop.stop_requested(), "runtime", "stopped while measuring the processor");
    matmul.execute(stream, {{DNNL_ARG_SRC, left}, {DNNL_ARG_WEIGHTS, right}, {DNNL_ARG_DST, product}});
    stream.wait();
  };
  return time_repeatedly(seconds, multiply).shortest_s();
}

}  // namespace

std::optional<double> measure_peak_flops(Factors factors, int threads, double seconds,
                                         const std::stop_token& stop) {
  require(threads >= 1, "runtime", fmt::format("{} threads, expected 1 or more", threads));
  const OmpThreads omp_threads(threads);
  return with_margay_errors("runtime", [&]() -> std::optional<double> {
    const dnnl::engine engine = cpu_engine();
    const auto chosen = choose_product(factors, engine);
    if (!chosen) return std::nullopt;
    return 2.0 * kSide * kSide * kSide / time_product(*chosen, engine, seconds, stop);
  });
}

}  // namespace margay::runtime
