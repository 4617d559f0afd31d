// A tile is the gradient of a 1 x 1 convolution's weights, whose pixels are the batch.
#include "margay/fused/dense_gradient.h"

#include <algorithm>
#include <vector>

#include "margay/fused/weight_gradient.h"

namespace margay::fused {
namespace {

// A tile of float32 takes a quarter of a second-level cache of today's processors; its rows are long enough
// for memory to be read ahead.
constexpr int64_t kTileRows = 32, kTileColumns = 2048;

/// Columns [first, first + count) of a matrix.
void copy_columns(const uint16_t* matrix, int64_t rows, int64_t columns, int64_t first, int64_t count,
                  std::vector<uint16_t>& out) {
  out.resize(rows * count);
  for (int64_t row = 0; row < rows; ++row)
    std::copy_n(matrix + row * columns + first, count, out.data() + row * count);
}

}  // namespace

bool can_visit_gradient() {
  return WeightGradient::is_supported({});
}

void visit_gradient(const DenseProduct& p, const VisitGradient& visit) {
  const int64_t tiles = (p.out_features + kTileRows - 1) / kTileRows;
#pragma omp parallel
  {
    std::vector<uint16_t> rows, columns;
#pragma omp for schedule(static)
    for (int64_t tile = 0; tile < tiles; ++tile) {
      const int64_t top = tile * kTileRows, height = std::min(kTileRows, p.out_features - top);
      copy_columns(p.output_gradient, p.batch, p.out_features, top, height, rows);
      for (int64_t left = 0; left < p.in_features; left += kTileColumns) {
        const int64_t width = std::min(kTileColumns, p.in_features - left);
        copy_columns(p.input, p.batch, p.in_features, left, width, columns);
        WeightGradient gradient({.in_channels = static_cast<int>(height),
                                 .height = 1,
                                 .width = static_cast<int>(p.batch),
                                 .out_channels = static_cast<int>(width)});
        gradient.start();
        gradient.add(1, rows.data(), columns.data());
        for (int64_t row = 0; row < height; ++row)
          visit((top + row) * p.in_features + left, width, gradient.sums_of(static_cast<int>(row)));
      }
    }
  }
}

}  // namespace margay::fused
