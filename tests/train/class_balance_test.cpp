#include "margay/train/class_balance.h"

#include <doctest/doctest.h>

using namespace margay;
using recipe::Balance;

TEST_CASE("weights are asked for from two to one on") {
  const auto decide = [](std::vector<int64_t> counts) {
    return train::decide_balance(Balance::automatic, counts);
  };
  CHECK(decide({1000, 1000}) == Balance::none);
  CHECK(decide({199, 100}) == Balance::none);
  CHECK(decide({200, 100}) == Balance::weights);
  CHECK(decide({0, 100, 110}) == Balance::none);  // a class without pictures cannot be balanced
  const std::vector<int64_t> unequal{1, 100};
  CHECK(train::decide_balance(Balance::none, unequal) == Balance::none);
  CHECK(train::decide_balance(Balance::sample, unequal) == Balance::sample);
}

TEST_CASE("balanced weights make every class count alike") {
  // sklearn.utils.class_weight.compute_class_weight("balanced") of 60, 30 and 10 pictures
  const std::vector<float> weights = train::balanced_weights(std::vector<int64_t>{60, 30, 10});
  CHECK(weights[0] == doctest::Approx(0.55555556));
  CHECK(weights[1] == doctest::Approx(1.11111111));
  CHECK(weights[2] == doctest::Approx(3.33333333));
  CHECK(train::balanced_weights(std::vector<int64_t>{5, 0, 5}) == std::vector<float>{1, 0, 1});
}

TEST_CASE("balanced accuracy is the mean over the classes") {
  const std::vector<int64_t> right{90, 5, 0}, counts{100, 10, 0};
  CHECK(train::balanced_accuracy(right, counts) == doctest::Approx(0.7));
  CHECK(train::count_classes(std::vector<int>{0, 2, 2}, 4) == std::vector<int64_t>{1, 0, 2, 0});
}
