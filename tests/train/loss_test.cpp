#include "margay/train/loss.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "margay/engine/autograd.h"

using namespace margay;

namespace {

/// A loss and the first three values of its gradient.
struct Golden {
  const char* what;
  recipe::LossConfig config;
  bool weighted, mixed;
  double loss;
  std::vector<double> gradient;
};

void check(const Golden& golden, const at::Tensor& leaf, const at::Tensor& logits, train::Targets targets,
           const at::Tensor& class_weights) {
  CAPTURE(golden.what);
  if (!golden.mixed) targets = {targets.labels, at::Tensor(), at::Tensor()};
  const train::TrainingLoss loss(golden.config, golden.weighted ? class_weights : at::Tensor());
  const train::BatchLoss result = loss(logits, targets);
  CHECK(result.mean.item<double>() == doctest::Approx(golden.loss).epsilon(1e-5));
  const at::Tensor gradient = torch::autograd::grad({result.mean}, {leaf})[0].flatten();
  for (size_t i = 0; i < golden.gradient.size(); ++i)
    CHECK(std::abs(gradient[static_cast<int64_t>(i)].item<double>() - golden.gradient[i]) < 1e-6);
}

}  // namespace

TEST_CASE("binary cross-entropy from one logit") {
  const at::Tensor logits = at::tensor({2.0f, -1.0f, 0.5f, 40.0f}).reshape({4, 1});
  const at::Tensor labels = at::tensor({1, 0, 0, 0}, at::kLong);
  const train::BatchLoss loss = train::cross_entropy(logits, labels);
  const double expected =
      (std::log1p(std::exp(-2.0)) + std::log1p(std::exp(-1.0)) + std::log1p(std::exp(0.5)) + 40.0) / 4;
  CHECK(loss.mean.item<double>() == doctest::Approx(expected));
  CHECK(loss.count_right() == 2);
}

TEST_CASE("softmax cross-entropy from several logits") {
  const at::Tensor logits = at::tensor({1.0f, 2.0f, 3.0f, 0.0f, 0.0f, 0.0f}).reshape({2, 3});
  const at::Tensor labels = at::tensor({2, 1}, at::kLong);
  const train::BatchLoss loss = train::cross_entropy(logits, labels);
  const double first = -std::log(std::exp(3.0) / (std::exp(1.0) + std::exp(2.0) + std::exp(3.0)));
  CHECK(loss.mean.item<double>() == doctest::Approx((first + std::log(3.0)) / 2));
  CHECK(loss.count_right() == 1);
}

// Made with torch.nn.functional.cross_entropy 1.13 in float64: label_smoothing, weight, and probabilities as
// targets.
TEST_CASE("additions to softmax cross-entropy are those of PyTorch") {
  const at::Tensor logits =
      at::tensor({1.0f, 2.0f, 3.0f, 0.0f, 0.0f, 0.0f, -1.0f, 4.0f, 0.5f, 2.0f, -2.0f, 1.0f}).reshape({4, 3});
  logits.requires_grad_();
  const train::Targets targets{at::tensor({2, 1, 1, 0}, at::kLong), at::tensor({0, 2, 2, 0}, at::kLong),
                               at::tensor({0.7f, 1.0f, 0.25f, 0.5f})};
  const at::Tensor weights = at::tensor({1.0f, 0.5f, 3.0f});
  const recipe::LossConfig smooth{.label_smoothing = 0.1};
  for (const Golden& golden : std::vector<Golden>{
           {"smoothing", smooth, false, false, 0.604762615, {0.01417431, 0.0528487844, -0.0670230944}},
           {"weights", {}, true, false, 0.423364292, {0.0540183439, 0.146837083, -0.200855427}},
           // The weighted mean of what smoothing alone gives for each picture.
           {"both", smooth, true, false, 0.545030959, {0.0340183439, 0.126837083, -0.160855427}},
           {"mixed", {}, false, true, 1.27351261, {-0.0524923567, 0.0611821178, -0.00868976106}},
           {"mixed and smoothing",
            smooth,
            false,
            true,
            1.33038761,
            {-0.05332569, 0.0528487844, 0.00047690561}}})
    check(golden, logits, logits, targets, weights);
}

// Made with binary_cross_entropy_with_logits and torchvision.ops.sigmoid_focal_loss (alpha=-1) in float64.
TEST_CASE("additions to binary cross-entropy are those of PyTorch") {
  const at::Tensor logits = at::tensor({2.0f, -1.0f, 0.5f, -3.0f}).requires_grad_();
  const train::Targets targets{at::tensor({1, 0, 0, 1}, at::kLong)};
  const at::Tensor weights = at::tensor({0.5f, 3.0f});
  for (const Golden& golden : std::vector<Golden>{
           {"smoothing",
            {.label_smoothing = 0.1},
            false,
            false,
            1.10946351,
            {-0.0173007305, 0.0547353553, 0.143114833}},
           {"focal",
            {.focal_gamma = 2},
            false,
            false,
            0.792038416,
            {-0.00121773505, 0.0131452825, 0.131537955}},
           {"weights", {}, true, false, 1.45288792, {-0.0510869666, 0.0192101015, 0.0444613808}}})
    check(golden, logits, logits.unsqueeze(1), targets, weights);
}

TEST_CASE("smoothing does not let a rare class outweigh what a picture shows") {
  // A picture of the common class of 20 to 1: the least loss is where smoothing puts it, at 0.95.
  const train::TrainingLoss loss({.label_smoothing = 0.1}, at::tensor({0.525f, 10.5f}));
  const at::Tensor logits = at::tensor({-std::log(0.95f / 0.05f)}).reshape({1, 1}).requires_grad_();
  const train::BatchLoss result = loss(logits, {at::tensor({0}, at::kLong)});
  CHECK(torch::autograd::grad({result.mean}, {logits})[0].item<float>() == doctest::Approx(0).epsilon(1e-6));
}

TEST_CASE("a focal loss of probabilities near one has a finite gradient") {
  const at::Tensor logits = at::tensor({60.0f, -60.0f}).reshape({2, 1}).requires_grad_();
  const train::TrainingLoss loss({.focal_gamma = 0.5}, {});
  const train::BatchLoss result = loss(logits, {at::tensor({1, 0}, at::kLong)});
  const at::Tensor gradient = torch::autograd::grad({result.mean}, {logits})[0];
  CHECK(at::isfinite(gradient).all().item<bool>());
}

namespace {

/// Softmax cross-entropy by hand.
double softmax_loss(const train::LossBatch& batch, std::span<float> gradient) {
  double loss = 0;
  for (int i = 0; i < batch.size; ++i) {
    const auto logits = batch.logits.subspan(i * batch.outputs, batch.outputs);
    double sum = 0;
    for (const float logit : logits) sum += std::exp(logit);
    for (int k = 0; k < batch.outputs; ++k) {
      const double p = std::exp(logits[k]) / sum, share = batch.shares[i * batch.classes + k];
      loss -= share * std::log(p) / batch.size;
      gradient[i * batch.outputs + k] = static_cast<float>((p - share) / batch.size);
    }
  }
  return loss;
}

}  // namespace

TEST_CASE("a loss of the caller's own is what he computes with his gradient") {
  const at::Tensor logits =
      at::tensor({1.0f, 2.0f, 3.0f, 0.0f, 0.5f, -1.0f}).reshape({2, 3}).requires_grad_();
  const train::Targets mixed{at::tensor({2, 1}, at::kLong), at::tensor({0, 1}, at::kLong),
                             at::tensor({0.75f, 1.0f})};
  train::TrainingLoss own({}, {});
  own.replace(softmax_loss);
  const train::TrainingLoss built_in({}, {});
  const train::BatchLoss result = own(logits, mixed), expected = built_in(logits, mixed);
  CHECK(result.mean.item<double>() == doctest::Approx(expected.mean.item<double>()));
  CHECK(result.count_right() == expected.count_right());
  const at::Tensor gradient = torch::autograd::grad({result.mean * 0.5}, {logits})[0];
  const at::Tensor expected_gradient = torch::autograd::grad({expected.mean * 0.5}, {logits})[0];
  CHECK(at::allclose(gradient, expected_gradient, 1e-5, 1e-6));
}

TEST_CASE("a loss of the caller's own sees one logit and two shares of two classes") {
  train::TrainingLoss own({}, {});
  own.replace([](const train::LossBatch& batch, std::span<float> gradient) {
    CHECK(batch.outputs == 1);
    CHECK(batch.classes == 2);
    CHECK(batch.shares[0] == 0);
    CHECK(batch.shares[1] == 1);
    gradient[0] = 3;
    return 7.0;
  });
  const at::Tensor logits = at::tensor({-0.5f}).reshape({1, 1}).requires_grad_();
  const train::BatchLoss result = own(logits, {at::tensor({1}, at::kLong)});
  CHECK(result.mean.item<double>() == 7);
  CHECK(result.count_right() == 0);
  CHECK(torch::autograd::grad({result.mean}, {logits})[0].item<double>() == 3);
}
