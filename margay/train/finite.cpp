// Finds the largest magnitude: of floats without sign, the order is that of their bits.
#include "margay/train/finite.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "margay/core/error.h"
#include "margay/core/vector_clones.h"

namespace margay::train {
namespace {

constexpr int64_t kPieceValues = 1 << 15;

struct Piece {
  const float* values;
  int64_t count;
};

MARGAY_VECTOR_CLONES uint32_t largest_magnitude(const float* values, int64_t count) {
  uint32_t largest = 0;
  for (int64_t i = 0; i < count; ++i) {
    uint32_t bits;
    std::memcpy(&bits, values + i, sizeof bits);
    largest = std::max(largest, bits & 0x7fffffffu);
  }
  return largest;
}

/// NaN is beyond infinity.
uint32_t largest_magnitude(const std::vector<Piece>& pieces) {
  std::atomic<uint32_t> largest{0};
  at::parallel_for(0, static_cast<int64_t>(pieces.size()), 4, [&](int64_t begin, int64_t end) {
    uint32_t mine = 0;
    for (int64_t i = begin; i < end; ++i) {
      const Piece& piece = pieces[static_cast<size_t>(i)];
      mine = std::max(mine, largest_magnitude(piece.values, piece.count));
    }
    uint32_t before = largest.load();
    while (before < mine && !largest.compare_exchange_weak(before, mine)) continue;
  });
  return largest.load();
}

}  // namespace

bool squares_are_finite(std::span<const at::Tensor> tensors) {
  const at::NoGradGuard no_gradient;
  std::vector<Piece> pieces;
  std::vector<at::Tensor> norms;
  for (const at::Tensor& tensor : tensors) {
    if (!tensor.is_cpu() || tensor.scalar_type() != at::kFloat || !tensor.is_non_overlapping_and_dense()) {
      norms.push_back(tensor.norm());
      continue;
    }
    const float* values = tensor.data_ptr<float>();
    for (int64_t done = 0; done < tensor.numel(); done += kPieceValues)
      pieces.push_back({values + done, std::min(kPieceValues, tensor.numel() - done)});
  }
  const float largest = std::bit_cast<float>(largest_magnitude(pieces));
  return std::isfinite(largest * largest) &&
         (norms.empty() || std::isfinite(at::stack(norms).norm().item<double>()));
}

}  // namespace margay::train
