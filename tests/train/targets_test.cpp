#include "margay/train/targets.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace margay;

namespace {

constexpr int kSide = 16, kPixels = kSide * kSide * 3;

/// Black pictures of class 0 and white ones of class 1 in turn, so that the mean of the pixels tells the
/// share of 1.
data::Batch black_and_white(int size) {
  data::Batch batch;
  batch.size = size;
  batch.width = batch.height = kSide;
  for (int i = 0; i < size; ++i) {
    batch.labels.push_back(i % 2);
    batch.samples.push_back(static_cast<uint32_t>(i));
    batch.random_keys.push_back(static_cast<uint32_t>(i));
    batch.pixels.insert(batch.pixels.end(), kPixels, i % 2 == 0 ? 0 : 255);
  }
  return batch;
}

double brightness(const data::Batch& batch, int picture) {
  double sum = 0;
  for (int i = 0; i < kPixels; ++i) sum += batch.pixels[static_cast<size_t>(picture * kPixels + i)];
  return sum / kPixels / 255;
}

}  // namespace

TEST_CASE("targets are the labels where nothing is mixed") {
  data::Batch batch = black_and_white(4);
  const std::vector<uint8_t> before = batch.pixels;
  const train::Targets targets = train::make_targets(batch, {}, 1, 1, at::kCPU);
  CHECK(at::equal(targets.labels, at::tensor({0, 1, 0, 1}, at::kLong)));
  CHECK_FALSE(targets.others.defined());
  CHECK(batch.pixels == before);
}

TEST_CASE("targets have the shares that mixed pixels show") {
  for (const augment::MixRanges& mix : {augment::MixRanges{.mixup = 1}, augment::MixRanges{.cutmix = 1}}) {
    data::Batch batch = black_and_white(8);
    const train::Targets targets = train::make_targets(batch, mix, 1, 1, at::kCPU);
    double mixed = 0;
    for (int i = 0; i < batch.size; ++i) {
      const double share = targets.share[i].item<double>();
      const double of_class_1 =
          share * targets.labels[i].item<int64_t>() + (1 - share) * targets.others[i].item<int64_t>();
      CHECK(brightness(batch, i) == doctest::Approx(of_class_1).epsilon(0.01));
      mixed += share < 0.95 ? 1 : 0;
    }
    CHECK(mixed >= 3);
  }
}
