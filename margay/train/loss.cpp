// Binary and softmax cross-entropy, plain and with additions.
#include "margay/train/loss.h"

#include <utility>

namespace margay::train {
namespace {

bool is_binary(const at::Tensor& logits) {
  return logits.size(1) == 1;
}

at::Tensor is_right(const at::Tensor& logits, const at::Tensor& labels) {
  const at::Tensor predicted = is_binary(logits) ? (logits.squeeze(1) > 0).to(at::kLong) : logits.argmax(1);
  return predicted == labels;
}

at::Tensor dominant_labels(const Targets& targets) {
  if (!targets.others.defined()) return targets.labels;
  return at::where(targets.share >= 0.5, targets.labels, targets.others);
}

/// Log probabilities `[N, classes]` of all classes, both of two included.
at::Tensor log_probabilities(const at::Tensor& logits) {
  if (!is_binary(logits)) return at::log_softmax(logits, 1);
  return at::log_sigmoid(at::cat({-logits, logits}, 1));
}

/// What each picture shows as shares `[N, classes]`.
at::Tensor shares_of(const Targets& targets, int64_t classes) {
  const at::Tensor first = at::one_hot(targets.labels, classes).to(at::kFloat);
  if (!targets.others.defined()) return first;
  const at::Tensor second = at::one_hot(targets.others, classes).to(at::kFloat);
  return at::lerp(second, first, targets.share.unsqueeze(1));
}

/// 1 - p, kept from 0, where a power below 1 has no gradient.
at::Tensor hardness(const at::Tensor& log_p) {
  constexpr double kLeast = 1e-12;
  return (-log_p.expm1()).clamp_min(kLeast);
}

std::span<const float> values_of(const at::Tensor& floats) {
  return {floats.data_ptr<float>(), static_cast<size_t>(floats.numel())};
}

/// The mean that the caller's function returns, as a tensor that has the gradient which it wrote.
at::Tensor custom_mean(const CustomLoss& loss, const at::Tensor& logits, const at::Tensor& shares) {
  const at::Tensor logits_f32 = logits.detach().to(at::kCPU, at::kFloat).contiguous();
  const at::Tensor shares_f32 = shares.to(at::kCPU).contiguous();
  const at::Tensor gradient = at::zeros_like(logits_f32);
  const LossBatch batch{.size = static_cast<int>(logits.size(0)),
                        .outputs = static_cast<int>(logits.size(1)),
                        .classes = static_cast<int>(shares.size(1)),
                        .logits = values_of(logits_f32),
                        .shares = values_of(shares_f32)};
  const double mean = loss(batch, {gradient.data_ptr<float>(), static_cast<size_t>(gradient.numel())});
  const at::Tensor product = (logits * gradient.to(logits.device())).sum();
  return product - product.detach() + mean;
}

}  // namespace

BatchLoss cross_entropy(const at::Tensor& logits, const at::Tensor& labels) {
  const at::Tensor mean = is_binary(logits)
                              ? at::binary_cross_entropy_with_logits(logits.squeeze(1), labels.to(at::kFloat))
                              : at::cross_entropy_loss(logits, labels);
  return {mean, is_right(logits, labels)};
}

TrainingLoss::TrainingLoss(const recipe::LossConfig& config, at::Tensor class_weights)
    : config_(config), class_weights_(std::move(class_weights)) {}

BatchLoss TrainingLoss::operator()(const at::Tensor& logits, const Targets& targets) const {
  if (custom_) {
    const int64_t classes = is_binary(logits) ? 2 : logits.size(1);
    return {custom_mean(custom_, logits, shares_of(targets, classes)),
            is_right(logits, dominant_labels(targets))};
  }
  const bool plain = config_.label_smoothing == 0 && config_.focal_gamma == 0 && !class_weights_.defined() &&
                     !targets.others.defined();
  if (plain) return cross_entropy(logits, targets.labels);
  const at::Tensor right = is_right(logits, dominant_labels(targets));
  const at::Tensor log_p = log_probabilities(logits);
  const int64_t classes = log_p.size(1);
  const at::Tensor shares = shares_of(targets, classes);
  const at::Tensor counted = class_weights_.defined() ? shares * class_weights_ : shares;
  const at::Tensor weight = counted.sum(1, true);
  // What smoothing gives to other classes counts as the picture does: with their own weights, a rare class
  // would outweigh what the picture shows.
  const double s = config_.label_smoothing;
  at::Tensor terms = -log_p * (counted * (1 - s) + weight * (s / static_cast<double>(classes)));
  if (config_.focal_gamma != 0) terms = terms * hardness(log_p).pow(config_.focal_gamma);
  const at::Tensor whole = weight.sum();
  return {terms.sum() / whole, right, class_weights_.defined() ? whole : at::Tensor()};
}

}  // namespace margay::train
