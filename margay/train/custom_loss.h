// A loss of the caller's own, without a type of libtorch.
#pragma once

#include <functional>
#include <span>

namespace margay::train {

/// A batch as a loss sees it.
struct LossBatch {
  int size = 0;     ///< pictures
  int outputs = 0;  ///< logits of a picture: 1 for two classes, else one per class
  int classes = 0;
  std::span<const float> logits;  ///< [size x outputs]
  std::span<const float> shares;  ///< [size x classes]: 1 for what a picture shows; less where two are mixed
};

/// Returns the mean loss of the batch, and writes its derivative by each logit, [size x outputs]. With one
/// output, a logit above 0 says the second class.
using CustomLoss = std::function<double(const LossBatch& batch, std::span<float> gradient)>;

}  // namespace margay::train
