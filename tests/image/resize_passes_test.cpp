// The version for this processor gives the integers of the plain one.
#include "margay/image/resize_passes.h"

#include <doctest/doctest.h>

#include <vector>

#include "margay/core/random.h"

using namespace margay;
using namespace margay::image;

namespace {

std::vector<uint8_t> noise(size_t n) {
  std::vector<uint8_t> bytes(n);
  Random random{6};
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.below(4) == 0 ? 255 : random.below(256));
  return bytes;
}

}  // namespace

TEST_CASE("rows are filtered alike on every processor") {
  for (const Kernel kernel : {Kernel::box, Kernel::bilinear, Kernel::bicubic, Kernel::lanczos})
    for (const auto& [in, out] : {std::pair{1, 7}, {2, 1}, {37, 5}, {37, 90}, {500, 150}, {1000, 3}}) {
      HorizontalPlan plan(axis_weights(in, 0, in, out, kernel, 0, out), in);
      const std::vector<uint8_t> row = noise(static_cast<size_t>(in) * 3);
      std::vector<uint8_t> chosen(static_cast<size_t>(out) * 3), plain = chosen;
      resize_passes().filter_row(row.data(), in, plan, chosen.data());
      plain_resize_passes().filter_row(row.data(), in, plan, plain.data());
      CHECK(chosen == plain);
    }
}

TEST_CASE("rows are blended alike on every processor") {
  for (const Kernel kernel : {Kernel::bilinear, Kernel::lanczos})
    for (const auto& [in, stride] : {std::pair{1, 32}, {9, 96}, {40, 480}}) {
      const AxisWeights axis = axis_weights(in, 0, in, 3, kernel, 0, 3);
      const std::vector<uint8_t> rows = noise(static_cast<size_t>(in) * stride);
      for (int i = 0; i < 3; ++i) {
        std::vector<uint8_t> chosen(stride), plain(stride);
        const uint8_t* first = rows.data() + static_cast<size_t>(axis.first[i]) * stride;
        const int32_t* weights = axis.weights.data() + static_cast<size_t>(i) * axis.taps;
        resize_passes().blend_rows(first, stride, weights, axis.used[i], chosen.data());
        plain_resize_passes().blend_rows(first, stride, weights, axis.used[i], plain.data());
        CHECK(chosen == plain);
      }
    }
}
