// Threads that decode take no more memory together than there is for it.
#include "margay/image/pixel_share.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <future>
#include <memory>
#include <utility>

#include "margay/core/atomic_file.h"
#include "margay/core/worker_pool.h"
#include "tests/image/golden.h"

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
  // Two of them are more than all.
  const double bytes = 0.6 * static_cast<double>(PixelShare::most_bytes());
  for (const auto& row : {std::pair{Format::png, 8}, std::pair{Format::jpeg, 9}, std::pair{Format::heif, 16},
                          std::pair{Format::avif, 16}}) {
    const auto& [format, pixel_bytes] = row;
    CAPTURE(name_of(row.first));
    const auto side = static_cast<int>(std::sqrt(bytes / pixel_bytes));
    CHECK(most_held({.format = format, .width = side, .height = side}) == 1);
    CHECK_NOTHROW(PixelShare({.format = format, .width = 2 * side, .height = side}));  // goes alone
  }
  CHECK(most_held({.format = Format::tiff, .sample_bytes = static_cast<uint64_t>(bytes)}) == 1);
  ::unsetenv("MARGAY_MAX_MEGAPIXELS");
  CHECK(PixelShare::most_bytes() >= uint64_t{1} << 30);
  // What is refused for its size waits for nobody.
  const PixelShare first({.format = Format::png, .width = 10'000, .height = 10'000});
  CHECK_NOTHROW(PixelShare({.format = Format::png, .width = 2'000'000'000, .height = 2'000'000'000}));
}

TEST_CASE("a header tells what samples take") {
  const auto sample_bytes = [](const char* name) {
    return probe(read_file(test::golden_path(name))).sample_bytes;
  };
  CHECK(sample_bytes("source.png") == 0);
  CHECK(sample_bytes("jpeg2000.jp2") == 31 * 23 * 3 * 4);
  CHECK(sample_bytes("tiff_rgb.tif") == 31 * 23 * 3);
  CHECK(sample_bytes("tiff_float.tif") == 31 * 23 * 3 * 4);  // a plane for each colour
  CHECK(sample_bytes("tiff_tiles.tif") == 2 * 16 * 16 * 3);
}

TEST_CASE("a file is decoded in its turn") {
  const uint64_t all = PixelShare::most_bytes();
  auto share = std::make_unique<PixelShare>(PictureInfo{.format = Format::tiff, .sample_bytes = all});
  const auto decoded =
      std::async(std::launch::async, [] { return decode_file(test::golden_path("source.png")); });
  CHECK(decoded.wait_for(std::chrono::milliseconds(100)) == std::future_status::timeout);
  share.reset();
  decoded.wait();
}
