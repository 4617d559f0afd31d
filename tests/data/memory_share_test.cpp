// What all threads hold together stays within a limit.
#include "margay/data/memory_share.h"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdint>
#include <memory>

#include "margay/core/worker_pool.h"
#include "margay/data/dataset.h"
#include "tests/data/folders.h"
#include "tests/support/archive_writer.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;

TEST_CASE("threads wait for each other's bytes, and what is larger than all goes alone") {
  constexpr uint64_t kEach = uint64_t{100} << 20;
  std::atomic<int> held{0}, most{0};
  WorkerPool pool(8);
  pool.parallel_for(64, [&](size_t) {
    const MemoryShare share(kEach);
    const int now = ++held;
    for (int known = most; now > known && !most.compare_exchange_weak(known, now);) {
    }
    --held;
  });
  CHECK(most <= 2);
  CHECK_NOTHROW(MemoryShare(uint64_t{1} << 40));
}

TEST_CASE("pictures of an archive count for as long as they are worked with") {
  const test::TemporaryFolder folder;
  const std::string picture =
      "P6\n8000 6000\n255\n" + std::string(8000 * 6000 * 3, '\0');  // 144 MB, a few kB packed
  test::write_archive(folder / "x.zip", {{"a/1.ppm", picture}, {"b/1.ppm", picture}});
  const Dataset dataset = Dataset::open(folder / "x.zip");
  std::atomic<int> held{0};
  std::atomic<bool> together{false};
  WorkerPool pool(2);
  pool.parallel_for(2, [&](size_t i) {
    const EncodedPicture encoded = dataset.split("all").take(i, uint64_t{1} << 30);
    CHECK(encoded.bytes.size() == picture.size());
    if (++held > 1) together = true;
    --held;
  });
  CHECK_FALSE(together);
}
