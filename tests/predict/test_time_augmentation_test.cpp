// Several copies of one picture.
#include "margay/predict/test_time_augmentation.h"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>

#include "margay/core/error.h"
#include "margay/graph/builder.h"

using namespace margay;
using namespace margay::predict;

namespace {

constexpr int kWidth = 16, kHeight = 8;

/// Answers the value of the upper left pixel as the one logit.
class FirstPixel final : public Executor {
 public:
  std::vector<float> run(std::span<const float> pictures, int count) override {
    std::vector<float> logits;
    for (int i = 0; i < count; ++i) logits.push_back(pictures[static_cast<size_t>(i) * kWidth * kHeight * 3]);
    return logits;
  }
};

Predictor first_pixel_predictor() {
  model::Model model;
  model.graph = graph::Builder({3, kHeight, kWidth}).global_avg_pool2d().linear(1).build();
  model.weights = graph::initialize(model.graph, graph::Initializer::glorot_uniform, 1);
  model.classes = {"dark", "bright"};
  model.preprocess.width = kWidth;
  model.preprocess.height = kHeight;
  return {model, std::make_unique<FirstPixel>()};
}

/// Brighter from left to right.
image::Image ramp(int least, int step) {
  image::Image picture(kWidth, kHeight);
  for (int i = 0; i < kWidth * kHeight; ++i)
    for (int c = 0; c < 3; ++c)
      picture.pixels[static_cast<size_t>(3 * i + c)] = static_cast<uint8_t>(least + step * (i % kWidth));
  return picture;
}

double bright(double level) {
  return 1 / (1 + std::exp(-level / 255));
}

}  // namespace

TEST_CASE("augmented copies are the picture and its mirror image and parts of it") {
  const image::Image picture = ramp(10, 8);
  CHECK(augmented_copies(picture, TestTimeAugmentation::none) == std::vector{picture});
  const auto flipped = augmented_copies(picture, TestTimeAugmentation::flip);
  REQUIRE(flipped.size() == 2);
  for (int x = 0; x < kWidth; ++x) CHECK(flipped[1].pixels[3 * x] == picture.pixels[3 * (kWidth - 1 - x)]);
  const auto crops = augmented_copies(picture, TestTimeAugmentation::crops);
  REQUIRE(crops.size() == 12);
  CHECK(crops[0] == picture);
  CHECK(crops[6] == flipped[1]);
  for (const image::Image& copy : crops) CHECK((copy.width == kWidth && copy.height == kHeight));
  // The left parts end before the last two columns of 16, the right ones begin behind the first two.
  for (const size_t left : {1, 3}) CHECK(std::abs(crops[left].pixels[3 * (kWidth - 1)] - (10 + 8 * 13)) <= 4);
  for (const size_t right : {2, 4}) CHECK(std::abs(crops[right].pixels[0] - (10 + 8 * 2)) <= 4);
  CHECK(std::abs(crops[5].pixels[0] - (10 + 8 * 1)) <= 4);
}

TEST_CASE("the mean over copies is told apart from the plain answer") {
  Predictor predictor = first_pixel_predictor();
  const image::Image first = ramp(0, 16), second = ramp(100, 2);
  const std::vector<image::ImageView> pictures{first, second};
  const auto answers = predict_augmented(predictor, pictures, TestTimeAugmentation::flip);
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].plain.probabilities[1] == doctest::Approx(bright(0)));
  CHECK(answers[0].mean.probabilities[1] == doctest::Approx((bright(0) + bright(240)) / 2));
  CHECK(answers[1].plain.probabilities[1] == doctest::Approx(bright(100)));
  CHECK(answers[1].mean.probabilities[1] == doctest::Approx((bright(100) + bright(130)) / 2));
  CHECK(answers[1].mean.probabilities[0] + answers[1].mean.probabilities[1] == doctest::Approx(1));
  CHECK(predict_augmented(predictor, {}, TestTimeAugmentation::crops).empty());
}

TEST_CASE("test-time augmentations are found by name") {
  for (const TestTimeAugmentation augmentation :
       {TestTimeAugmentation::none, TestTimeAugmentation::flip, TestTimeAugmentation::crops})
    CHECK(test_time_augmentation_from_name(name_of(augmentation)) == augmentation);
  CHECK_THROWS_WITH_AS(test_time_augmentation_from_name("ten"),
                       doctest::Contains("known are none, flip, crops"), UsageError);
}
