// Shares, boxes and partners of mixed batches, and that labels say what the pixels show.
#include "margay/augment/batch_mix.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "margay/core/error.h"

using namespace margay;
using namespace margay::augment;

namespace {

constexpr int kWidth = 20, kHeight = 15, kBytes = kWidth * kHeight * 3;

std::vector<uint32_t> samples_from(uint32_t first, size_t count) {
  std::vector<uint32_t> samples(count);
  std::iota(samples.begin(), samples.end(), first);
  return samples;
}

/// Picture i is of one value, 10 * (i + 1).
std::vector<uint8_t> plain_batch(size_t count) {
  std::vector<uint8_t> pixels;
  for (size_t i = 0; i < count; ++i) pixels.insert(pixels.end(), kBytes, static_cast<uint8_t>(10 * (i + 1)));
  return pixels;
}

/// Mean and variance of the weights of many pictures.
std::pair<double, double> moments(const std::vector<Mix>& mixes) {
  double sum = 0, squares = 0;
  for (const Mix& mix : mixes) sum += mix.weight, squares += static_cast<double>(mix.weight) * mix.weight;
  const double mean = sum / static_cast<double>(mixes.size());
  return {mean, squares / static_cast<double>(mixes.size()) - mean * mean};
}

}  // namespace

TEST_CASE("mixup draws its shares from the symmetric beta distribution") {
  for (const double alpha : {0.05, 0.2, 1.0, 4.0}) {
    CAPTURE(alpha);
    const auto samples = samples_from(0, 20'000);
    const auto [mean, variance] = moments(draw_mixes({.mixup = alpha}, samples, kWidth, kHeight, 1, 1));
    CHECK(std::abs(mean - 0.5) < 0.015);
    // The variance of Beta(a, a).
    CHECK(variance == doctest::Approx(1 / (4 * (2 * alpha + 1))).epsilon(0.04));
  }
}

TEST_CASE("cutmix pastes boxes of every size inside the picture") {
  const auto mixes = draw_mixes({.cutmix = 1}, samples_from(0, 5000), kWidth, kHeight, 1, 1);
  int largest = 0;
  for (const Mix& mix : mixes) {
    CHECK(mix.box.x >= 0);
    CHECK(mix.box.y >= 0);
    CHECK(mix.box.x + mix.box.width <= kWidth);
    CHECK(mix.box.y + mix.box.height <= kHeight);
    CHECK(mix.blended == 256);
    const int area = mix.box.width * mix.box.height;
    CHECK(mix.weight == doctest::Approx(1 - static_cast<double>(area) / (kWidth * kHeight)));
    largest = std::max(largest, area);
  }
  CHECK(largest > kWidth * kHeight / 2);
  // Boxes that are cut at the border leave more to the picture itself than Beta(1, 1) alone would.
  CHECK(moments(mixes).first > 0.5);
  CHECK(moments(mixes).first < 0.75);
}

TEST_CASE("both together take turns") {
  const auto mixes = draw_mixes({.mixup = 1, .cutmix = 1}, samples_from(0, 2000), kWidth, kHeight, 1, 1);
  const auto blended =
      std::count_if(mixes.begin(), mixes.end(), [](const Mix& mix) { return mix.blended < 256; });
  CHECK(blended > 900);
  CHECK(blended < 1100);
}

TEST_CASE("a mix depends on seed and epoch and sample alone") {
  const MixRanges both{.mixup = 0.2, .cutmix = 1};
  const auto mixes = draw_mixes(both, samples_from(0, 64), kWidth, kHeight, 7, 3);
  const auto later = draw_mixes(both, samples_from(32, 32), kWidth, kHeight, 7, 3);
  CHECK(mixes == draw_mixes(both, samples_from(0, 64), kWidth, kHeight, 7, 3));
  for (size_t i = 0; i < later.size(); ++i) {
    CHECK(later[i].weight == mixes[32 + i].weight);
    CHECK(later[i].box == mixes[32 + i].box);
  }
  CHECK_FALSE(mixes == draw_mixes(both, samples_from(0, 64), kWidth, kHeight, 8, 3));
  CHECK_FALSE(mixes == draw_mixes(both, samples_from(0, 64), kWidth, kHeight, 7, 4));
}

TEST_CASE("labels say what the pixels show") {
  constexpr size_t kPictures = 6;
  for (const MixRanges ranges : {MixRanges{.mixup = 1}, MixRanges{.cutmix = 1}})
    for (int epoch = 0; epoch < 20; ++epoch) {
      const auto mixes = draw_mixes(ranges, samples_from(0, kPictures), kWidth, kHeight, 1, epoch);
      std::vector<uint8_t> pixels = plain_batch(kPictures);
      mix_batch(mixes, kWidth, kHeight, pixels);
      for (size_t i = 0; i < kPictures; ++i) {
        CHECK(mixes[i].partner == static_cast<int>((i + 1) % kPictures));
        const double own = 10.0 * static_cast<double>(i + 1), other = 10.0 * (mixes[i].partner + 1);
        const auto* const picture = pixels.data() + i * kBytes;
        const double mean = std::accumulate(picture, picture + kBytes, 0.0) / kBytes;
        const double expected = mixes[i].weight * own + (1 - mixes[i].weight) * other;
        CHECK(std::abs(mean - expected) <= 0.5001);  // bytes are rounded
      }
    }
}

TEST_CASE("a picture alone stays as it is") {
  std::vector<uint8_t> pixels = plain_batch(1);
  mix_batch(draw_mixes({.mixup = 1}, samples_from(0, 1), kWidth, kHeight, 1, 1), kWidth, kHeight, pixels);
  CHECK(pixels == plain_batch(1));
  std::vector<uint8_t> none;
  mix_batch(draw_mixes({.mixup = 1}, {}, kWidth, kHeight, 1, 1), kWidth, kHeight, none);
}

TEST_CASE("mixing refuses what does not fit") {
  CHECK_THROWS_AS(draw_mixes({}, samples_from(0, 4), kWidth, kHeight, 1, 1), UsageError);
  std::vector<uint8_t> pixels = plain_batch(3);
  const auto mixes = draw_mixes({.mixup = 1}, samples_from(0, 4), kWidth, kHeight, 1, 1);
  CHECK_THROWS_AS(mix_batch(mixes, kWidth, kHeight, pixels), UsageError);
}
