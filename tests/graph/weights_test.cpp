// First values of parameters, and weights that do not fit.
#include "margay/graph/weights.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "margay/core/error.h"
#include "margay/graph/builder.h"

using namespace margay;
using namespace margay::graph;

namespace {

Graph network() {
  return Builder({3, 16, 16})
      .conv2d(64, 3)
      .batch_norm2d()
      .relu()
      .conv2d(64, 3, {.bias = false})
      .global_avg_pool2d()
      .linear(200)
      .build();
}

struct Moments {
  double mean = 0, deviation = 0, lowest = 0, highest = 0;
};

Moments moments_of(const std::vector<float>& values) {
  Moments moments{0, 0, values[0], values[0]};
  for (const float value : values) {
    moments.mean += value;
    moments.lowest = std::min<double>(moments.lowest, value);
    moments.highest = std::max<double>(moments.highest, value);
  }
  moments.mean /= static_cast<double>(values.size());
  for (const float value : values) moments.deviation += (value - moments.mean) * (value - moments.mean);
  moments.deviation = std::sqrt(moments.deviation / static_cast<double>(values.size()));
  return moments;
}

}  // namespace

TEST_CASE("glorot uniform has its bound and its spread") {
  const Weights weights = initialize(network(), Initializer::glorot_uniform, 1);
  const double bound = std::sqrt(6.0 / (64 * 9 + 64 * 9));
  const Moments moments = moments_of(weights.at("conv2.weight").values);
  CHECK(std::abs(moments.mean) < 0.001);
  CHECK(moments.deviation == doctest::Approx(bound / std::sqrt(3.0)).epsilon(0.01));
  CHECK(moments.highest <= bound);
  CHECK(moments.lowest >= -bound);
  CHECK(moments.highest > 0.99 * bound);
}

TEST_CASE("he normal has the spread of its fan out") {
  const Weights weights = initialize(network(), Initializer::he_normal, 1);
  const Moments moments = moments_of(weights.at("conv2.weight").values);
  CHECK(std::abs(moments.mean) < 0.001);
  CHECK(moments.deviation == doctest::Approx(std::sqrt(2.0 / (64 * 9))).epsilon(0.01));
  const Moments linear = moments_of(weights.at("linear1.weight").values);
  CHECK(linear.deviation == doctest::Approx(std::sqrt(2.0 / 64)).epsilon(0.02));
}

TEST_CASE("narrow normal has its spread and some parameters have values of their own") {
  Builder builder({8, 16, 16});
  builder.conv2d(64, 3).apply("layer_scale", {{"initial", 0.25}}).apply("tokens");
  builder.apply("class_token").name("encoder").apply("position_embedding").flatten();
  const Weights weights = initialize(builder.build(), Initializer::narrow_normal, 1);
  CHECK(moments_of(weights.at("conv1.weight").values).deviation == doctest::Approx(0.02).epsilon(0.03));
  CHECK(weights.at("layer_scale1.layer_scale") == Tensor{{64, 1, 1}, std::vector<float>(64, 0.25f)});
  CHECK(weights.at("class_token1") == Tensor{{1, 1, 64}, std::vector<float>(64, 0)});
  const Moments positions = moments_of(weights.at("encoder.pos_embedding").values);
  CHECK(positions.deviation == doctest::Approx(0.02).epsilon(0.03));
}

TEST_CASE("biases start at zero and scales at one and the shapes are right") {
  const Weights weights = initialize(network(), Initializer::glorot_uniform, 1);
  CHECK(weights.size() == 9);
  CHECK(weights.at("conv1.bias") == Tensor{{64}, std::vector<float>(64, 0)});
  CHECK(weights.at("batch_norm1.weight") == Tensor{{64}, std::vector<float>(64, 1)});
  CHECK(weights.at("batch_norm1.running_mean") == Tensor{{64}, std::vector<float>(64, 0)});
  CHECK(weights.at("batch_norm1.running_var") == Tensor{{64}, std::vector<float>(64, 1)});
  CHECK(weights.at("conv1.weight").shape == Shape{64, 3, 3, 3});
  CHECK(weights.at("linear1.weight").shape == Shape{200, 64});
}

TEST_CASE("first values depend on the seed and the name alone") {
  const Weights weights = initialize(network(), Initializer::glorot_uniform, 1);
  CHECK(initialize(network(), Initializer::glorot_uniform, 1) == weights);
  const Weights other = initialize(network(), Initializer::glorot_uniform, 2);
  CHECK(other.at("conv1.weight").values != weights.at("conv1.weight").values);
  const Graph longer = Builder({3, 16, 16})
                           .conv2d(64, 3)
                           .batch_norm2d()
                           .relu()
                           .conv2d(64, 3)
                           .relu()
                           .conv2d(64, 3)
                           .global_avg_pool2d()
                           .linear(200)
                           .build();
  const Weights extended = initialize(longer, Initializer::glorot_uniform, 1);
  CHECK(extended.at("linear1.weight") == weights.at("linear1.weight"));
  CHECK(extended.at("conv3.weight").values != extended.at("conv2.weight").values);
}

TEST_CASE("initializers have names") {
  for (const Initializer initializer :
       {Initializer::glorot_uniform, Initializer::he_normal, Initializer::narrow_normal})
    CHECK(initializer_from_name(name_of(initializer)) == initializer);
  CHECK_THROWS_WITH_AS(initializer_from_name("xavier"),
                       doctest::Contains("known are glorot_uniform, he_normal, narrow_normal"), UsageError);
}

TEST_CASE("weights that do not fit are named") {
  Weights weights = initialize(network(), Initializer::glorot_uniform, 1);
  CHECK_NOTHROW(check_weights(network(), weights, "file"));
  weights.erase("conv1.bias");
  weights.at("linear1.bias").shape = {1, 200};
  weights.emplace("classifier.weight", Tensor{{1}, {0}});
  try {
    check_weights(network(), weights, "file");
    FAIL("they were accepted");
  } catch (const ModelError& error) {
    const std::string message = error.what();
    CAPTURE(message);
    CHECK(message.find("[file] missing parameters: conv1.bias;") == 0);
    CHECK(message.find("linear1.bias is 1 x 200, expected 200") != std::string::npos);
    CHECK(message.find("does not have: classifier.weight") != std::string::npos);
  }
}

TEST_CASE("weights that are not finite are refused by name") {
  for (const float odd : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    Weights weights = initialize(network(), Initializer::glorot_uniform, 1);
    weights.at("conv1.weight").values.back() = odd;
    CHECK_THROWS_WITH_AS(require_finite(weights, "file"),
                         doctest::Contains("[file] conv1.weight has values that are infinite or NaN"),
                         ModelError);
  }
}

TEST_CASE("weights with too few values are refused") {
  Weights weights = initialize(network(), Initializer::glorot_uniform, 1);
  weights.at("linear1.bias").values.pop_back();
  CHECK_THROWS_AS(check_weights(network(), weights, "file"), ModelError);
}

TEST_CASE("a list of many wrong names is cut short") {
  Builder builder({3, 16, 16});
  for (int i = 0; i < 150; ++i) builder.conv2d(3, 1);
  CHECK_THROWS_WITH_AS(check_weights(builder.build(), {}, "file"),
                       doctest::Contains("conv4.bias, conv5.weight, conv5.bias and 290 more. Hint"),
                       ModelError);
}
