// Binary and softmax cross-entropy.
#include "margay/train/loss.h"

namespace margay::train {

BatchLoss cross_entropy(const at::Tensor& logits, const at::Tensor& labels) {
  if (logits.size(1) == 1) {
    const at::Tensor logit = logits.squeeze(1);
    const at::Tensor right = (logit > 0) == (labels > 0);
    return {at::binary_cross_entropy_with_logits(logit, labels.to(at::kFloat)), right.sum().item<int64_t>()};
  }
  const at::Tensor right = logits.argmax(1) == labels;
  return {at::cross_entropy_loss(logits, labels), right.sum().item<int64_t>()};
}

}  // namespace margay::train
