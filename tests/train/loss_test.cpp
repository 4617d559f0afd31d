#include "margay/train/loss.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace margay;

TEST_CASE("binary cross-entropy from one logit") {
  const at::Tensor logits = at::tensor({2.0f, -1.0f, 0.5f, 40.0f}).reshape({4, 1});
  const at::Tensor labels = at::tensor({1, 0, 0, 0}, at::kLong);
  const train::BatchLoss loss = train::cross_entropy(logits, labels);
  const double expected =
      (std::log1p(std::exp(-2.0)) + std::log1p(std::exp(-1.0)) + std::log1p(std::exp(0.5)) + 40.0) / 4;
  CHECK(loss.mean.item<double>() == doctest::Approx(expected));
  CHECK(loss.correct == 2);
}

TEST_CASE("softmax cross-entropy from several logits") {
  const at::Tensor logits = at::tensor({1.0f, 2.0f, 3.0f, 0.0f, 0.0f, 0.0f}).reshape({2, 3});
  const at::Tensor labels = at::tensor({2, 1}, at::kLong);
  const train::BatchLoss loss = train::cross_entropy(logits, labels);
  const double first = -std::log(std::exp(3.0) / (std::exp(1.0) + std::exp(2.0) + std::exp(3.0)));
  CHECK(loss.mean.item<double>() == doctest::Approx((first + std::log(3.0)) / 2));
  CHECK(loss.correct == 1);
}
