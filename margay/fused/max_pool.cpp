// Pictures are shared out among threads, and go row by row.
#include "margay/fused/max_pool.h"

#include <algorithm>
#include <vector>

#include "margay/fused/pool_rows.h"

namespace margay::fused {
namespace {

template <class Bits>
void pool_all(const MaxPoolSpec& spec, int batch, const Bits* input, Bits* output, uint8_t* choice) {
  const PoolRow row{spec.out_width(), spec.channels, spec.relu};
  const int64_t in_row = int64_t{spec.width} * spec.channels;
  const int64_t out_row = int64_t{spec.out_width()} * spec.channels;
#pragma omp parallel for schedule(static)
  for (int picture = 0; picture < batch; ++picture) {
    const Bits* top = input + picture * spec.height * in_row;
    int64_t at = picture * spec.out_height() * out_row;
    for (int y = 0; y < spec.out_height(); ++y, top += 2 * in_row, at += out_row)
      pool_row(row, top, top + in_row, output + at, choice ? choice + at : nullptr);
  }
}

template <class Bits>
void unpool_all(const MaxPoolSpec& spec, int batch, const Bits* output_gradient, const uint8_t* choice,
                Bits* input_gradient) {
  const PoolRow row{spec.out_width(), spec.channels, spec.relu};
  const int64_t in_row = int64_t{spec.width} * spec.channels;
  const int64_t out_row = int64_t{spec.out_width()} * spec.channels, pooled = 2 * out_row;
#pragma omp parallel for schedule(static)
  for (int picture = 0; picture < batch; ++picture) {
    std::vector<float> unused_sums(spec.channels);
    Bits* top = input_gradient + picture * spec.height * in_row;
    int64_t at = picture * spec.out_height() * out_row;
    for (int y = 0; y < spec.out_height(); ++y, top += 2 * in_row, at += out_row) {
      unpool_row(row, output_gradient + at, choice + at, top, top + in_row, unused_sums.data());
      std::fill(top + pooled, top + in_row, Bits{0});  // a last odd column
      std::fill(top + in_row + pooled, top + 2 * in_row, Bits{0});
    }
    if (spec.height % 2 == 1) std::fill_n(top, in_row, Bits{0});  // a last odd row
  }
}

}  // namespace

void max_pool(const MaxPoolSpec& spec, int batch, const uint16_t* input, uint16_t* output, uint8_t* choice) {
  pool_all(spec, batch, input, output, choice);
}

void max_pool(const MaxPoolSpec& spec, int batch, const uint32_t* input, uint32_t* output, uint8_t* choice) {
  pool_all(spec, batch, input, output, choice);
}

void max_pool_backward(const MaxPoolSpec& spec, int batch, const uint16_t* output_gradient,
                       const uint8_t* choice, uint16_t* input_gradient) {
  unpool_all(spec, batch, output_gradient, choice, input_gradient);
}

void max_pool_backward(const MaxPoolSpec& spec, int batch, const uint32_t* output_gradient,
                       const uint8_t* choice, uint32_t* input_gradient) {
  unpool_all(spec, batch, output_gradient, choice, input_gradient);
}

}  // namespace margay::fused
