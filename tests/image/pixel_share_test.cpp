// Threads that decode take no more memory together than there is for it.
#include "margay/image/pixel_share.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <atomic>
#include <cmath>

#include "margay/core/worker_pool.h"

using namespace margay;
using namespace margay::image;

namespace {

/// How many shares were held at once, at the most, where eight threads wanted 32 of them.
int most_held(const PictureInfo& info) {
  std::atomic<int> held{0}, most{0};
  WorkerPool pool(8);
  pool.parallel_for(32, [&](size_t) {
    const PixelShare share(info);
    const int now = ++held;
    for (int known = most; now > known && !most.compare_exchange_weak(known, now);) {
    }
    --held;
  });
  return most;
}

}  // namespace

TEST_CASE("pictures of many pixels are decoded in turns") {
  ::setenv("MARGAY_MAX_MEGAPIXELS", "10000", 1);
  // Eight bytes a pixel: two of them are more than all.
  const auto side = static_cast<int>(std::sqrt(0.6 * static_cast<double>(PixelShare::most_bytes()) / 8));
  CHECK(most_held({.format = Format::png, .width = side, .height = side}) == 1);
  CHECK_NOTHROW(PixelShare({.format = Format::png, .width = 2 * side, .height = side}));  // goes alone
  ::unsetenv("MARGAY_MAX_MEGAPIXELS");
  CHECK(PixelShare::most_bytes() >= uint64_t{1} << 30);
  // What is refused for its size waits for nobody.
  const PixelShare first({.format = Format::png, .width = 10'000, .height = 10'000});
  CHECK_NOTHROW(PixelShare({.format = Format::png, .width = 2'000'000'000, .height = 2'000'000'000}));
}
