// What a batch is blamed for, and how many of it were right.
#pragma once

#include <cstdint>
#include <utility>

#include "margay/engine/torch.h"
#include "margay/recipe/config.h"
#include "margay/train/custom_loss.h"

namespace margay::train {

/// What pictures show. A mixed picture shows `labels` with the weight `share` and `others` with the rest.
struct Targets {
  at::Tensor labels;       ///< [N] int64
  at::Tensor others = {};  ///< [N] int64; undefined where nothing is mixed
  at::Tensor share = {};   ///< [N] float32 in [0, 1]
};

/// What the loss says about a batch.
struct BatchLoss {
  at::Tensor mean;  ///< scalar float32, differentiable
  at::Tensor
      right;  ///< [N] bool: the most probable class is the label, of a mixed picture the one with more share
  at::Tensor weight = {};  ///< scalar: what the pictures count in `mean`; undefined where each counts as one

  int64_t count_right() const { return right.sum().item<int64_t>(); }
};

/// Cross-entropy from logits `[N, outputs]`: binary with one output (label 1 is the second class), softmax
/// with several. What validates uses it whatever a training uses.
BatchLoss cross_entropy(const at::Tensor& logits, const at::Tensor& labels);

/// The loss of a training: cross-entropy with what the configuration adds to it.
///   label smoothing   targets (1 - s) q + s / classes                      (Szegedy et al. 2016)
///   focal             each term times (1 - p)^gamma                        (Lin et al. 2017, without alpha)
///   class weights     weighted mean, as torch.nn.CrossEntropyLoss with weight; with smoothing the weight is
///   that
///                     of what the picture shows, for all classes (there it is each class's own)
class TrainingLoss {
 public:
  /// `class_weights` [classes], or undefined: all count alike.
  TrainingLoss(const recipe::LossConfig& config, at::Tensor class_weights);

  BatchLoss operator()(const at::Tensor& logits, const Targets& targets) const;

  /// From now on the loss is this one alone.
  void replace(CustomLoss loss) { custom_ = std::move(loss); }
  bool replaced() const { return static_cast<bool>(custom_); }

 private:
  CustomLoss custom_;
  recipe::LossConfig config_;
  at::Tensor class_weights_;
};

}  // namespace margay::train
