// Threads share out the outputs, and the inputs on the way back to them.
#include "margay/fused/dense.h"

#include <omp.h>

#include <algorithm>
#include <vector>

#include "margay/fused/dense_products.h"
#include "margay/fused/float_lanes.h"
#include "margay/fused/pool_rows.h"

namespace margay::fused {
namespace {

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

/// Calls `work(range, thread)` on each thread with its share of `count`, which begins at a multiple of
/// `unit`. It must not throw, nor take memory therefore.
template <class Work>
void share_out(int64_t count, int64_t unit, const Work& work) {
#pragma omp parallel
  {
    const int64_t units = (count + unit - 1) / unit, threads = omp_get_num_threads(),
                  t = omp_get_thread_num();
    work(
        Range{std::min(count, units * t / threads * unit), std::min(count, units * (t + 1) / threads * unit)},
        t);
  }
}

/// A line of a cache, in bfloat16.
constexpr int64_t kLine = 32;

}  // namespace

Dense::Dense(const DenseSpec& spec, Precision) : spec_(spec) {}

bool Dense::is_supported(const DenseSpec&, Precision precision) {
  return precision == Precision::bfloat16 && has_dense_products();
}

DenseShape Dense::shape_of(int64_t batch) const {
  return {batch, spec_.in_features, spec_.out_features};
}

void Dense::forward(int64_t batch, const uint16_t* input, const uint16_t* weight, const float* bias,
                    uint16_t* output) {
  const int64_t padded = padded_batch(batch);
  sums_.assign(spec_.out_features * padded, 0);
  share_out(spec_.out_features, 1, [&](const Range& outs, int64_t) {
    add_output(shape_of(batch), outs, input, weight, sums_.data());
  });
  std::vector<float> row(spec_.out_features);
  for (int64_t n = 0; n < batch; ++n) {
    for (int64_t o = 0; o < spec_.out_features; ++o) {
      row[o] = sums_[o * padded + n] + (spec_.bias ? bias[o] : 0);
      if (spec_.relu && row[o] < 0) row[o] = 0;  // NaN stays
    }
    narrow(spec_.out_features, row.data(), output + n * spec_.out_features);
  }
}

void Dense::backward(int64_t batch, const BackwardInput& saved, const Gradients& gradients) {
  const DenseShape shape = shape_of(batch);
  const uint16_t* gradient = saved.output_gradient;
  if (spec_.relu) {
    rectified_.resize(batch * spec_.out_features);
    unrectify(batch * spec_.out_features, gradient, saved.output, rectified_.data());
    gradient = rectified_.data();
  }
  if (gradients.bias) {
    std::fill_n(gradients.bias, spec_.out_features, 0.0f);
    add_pixels(batch, static_cast<int>(spec_.out_features), gradient, gradients.bias);
  }
  gradient_pairs_.resize(pairs_of(batch) * spec_.out_features);
  pair_rows(batch, spec_.out_features, gradient, gradient_pairs_.data());
  const int64_t tile = input_tile_words(batch);
  input_tiles_.resize(omp_get_max_threads() * tile);
  share_out(spec_.in_features, kLine, [&](const Range& ins, int64_t thread) {
    write_weight_gradient(shape, ins, saved.input, gradient_pairs_.data(),
                          input_tiles_.data() + thread * tile, gradients.weight);
  });
  if (gradients.input == nullptr) return;
  gradient_pairs_.resize(batch * pairs_of(spec_.out_features));
  pair_columns(batch, spec_.out_features, gradient, gradient_pairs_.data());
  share_out(spec_.in_features, kLine, [&](const Range& ins, int64_t) {
    write_input_gradient(shape, ins, gradient_pairs_.data(), saved.weight, gradients.input);
  });
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
