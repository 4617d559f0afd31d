// Row by row.
#include "margay/fused/max_pool.h"

#include <algorithm>
#include <vector>

#include "margay/fused/pool_rows.h"

namespace margay::fused {

template <class Bits>
void pool_picture(const MaxPoolSpec& spec, const Bits* input, Bits* output, uint8_t* choice) {
  const PoolRow row{spec.out_width(), spec.channels, spec.relu};
  const int64_t in_row = int64_t{spec.width} * spec.channels;
  const int64_t out_row = int64_t{spec.out_width()} * spec.channels;
  int64_t at = 0;
  for (int y = 0; y < spec.out_height(); ++y, input += 2 * in_row, at += out_row)
    pool_row(row, input, input + in_row, output + at, choice ? choice + at : nullptr);
}

template <class Bits>
void unpool_picture(const MaxPoolSpec& spec, const Bits* output_gradient, const uint8_t* choice,
                    Bits* input_gradient, float* sums) {
  const PoolRow row{spec.out_width(), spec.channels, spec.relu};
  const int64_t in_row = int64_t{spec.width} * spec.channels;
  const int64_t out_row = int64_t{spec.out_width()} * spec.channels, pooled = 2 * out_row;
  Bits* top = input_gradient;
  int64_t at = 0;
  for (int y = 0; y < spec.out_height(); ++y, top += 2 * in_row, at += out_row) {
    unpool_row(row, output_gradient + at, choice + at, top, top + in_row, sums);
    std::fill(top + pooled, top + in_row, Bits{0});  // a last odd column
    std::fill(top + in_row + pooled, top + 2 * in_row, Bits{0});
  }
  if (spec.height % 2 == 1) std::fill_n(top, in_row, Bits{0});  // a last odd row
}

template <class Bits>
void pool_pictures(const MaxPoolSpec& spec, int batch, const Bits* input, Bits* output, uint8_t* choice) {
#pragma omp parallel for schedule(static)
  for (int picture = 0; picture < batch; ++picture) {
    const int64_t at = picture * spec.output_values();
    pool_picture(spec, input + picture * spec.input_values(), output + at, choice ? choice + at : nullptr);
  }
}

template <class Bits>
void unpool_pictures(const MaxPoolSpec& spec, int batch, const Bits* output_gradient, const uint8_t* choice,
                     Bits* input_gradient) {
#pragma omp parallel for schedule(static)
  for (int picture = 0; picture < batch; ++picture) {
    std::vector<float> unused_sums(spec.channels);
    const int64_t at = picture * spec.output_values();
    unpool_picture(spec, output_gradient + at, choice + at, input_gradient + picture * spec.input_values(),
                   unused_sums.data());
  }
}

#define MARGAY_MAX_POOL(Bits)                                                                   \
  template void pool_picture(const MaxPoolSpec&, const Bits*, Bits*, uint8_t*);                 \
  template void unpool_picture(const MaxPoolSpec&, const Bits*, const uint8_t*, Bits*, float*); \
  template void pool_pictures(const MaxPoolSpec&, int, const Bits*, Bits*, uint8_t*);           \
  template void unpool_pictures(const MaxPoolSpec&, int, const Bits*, const uint8_t*, Bits*);

MARGAY_MAX_POOL(uint16_t)
MARGAY_MAX_POOL(uint32_t)

}  // namespace margay::fused
