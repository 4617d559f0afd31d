// Finds the largest magnitude, in pieces that threads share.
#include "margay/train/finite.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "margay/core/finite.h"

namespace margay::train {
namespace {

constexpr int64_t kPieceValues = 1 << 15;

using Piece = std::span<const float>;

uint32_t largest_magnitude_bits(const std::vector<Piece>& pieces) {
  std::atomic<uint32_t> largest{0};
  at::parallel_for(0, static_cast<int64_t>(pieces.size()), 4, [&](int64_t begin, int64_t end) {
    uint32_t mine = 0;
    for (int64_t i = begin; i < end; ++i)
      mine = std::max(mine, margay::largest_magnitude_bits(pieces[static_cast<size_t>(i)]));
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
      pieces.emplace_back(values + done, static_cast<size_t>(std::min(kPieceValues, tensor.numel() - done)));
  }
  const float largest = std::bit_cast<float>(largest_magnitude_bits(pieces));
  return std::isfinite(largest * largest) &&
         (norms.empty() || std::isfinite(at::stack(norms).norm().item<double>()));
}

}  // namespace margay::train
