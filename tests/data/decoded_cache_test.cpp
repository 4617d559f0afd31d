// The cache holds what fit_picture gives, skips what is broken, and is the same for every number of workers.
#include "margay/data/decoded_cache.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/image/decode.h"
#include "tests/data/folders.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;
using margay::test::small_spec;
using margay::test::TemporaryFolder;
using margay::test::write_pets;
using margay::test::write_text;

namespace {

image::Image copy_of(image::ImageView view) {
  image::Image picture(view.width, view.height);
  std::copy_n(view.pixels, view.size_bytes(), picture.pixels.data());
  return picture;
}

}  // namespace

TEST_CASE("the cache is the fitted pictures less the broken ones for any number of workers") {
  const TemporaryFolder folder;
  write_pets(folder.path(), 20, 1);
  write_text(folder / "train/cats/0.png", "");
  write_text(folder / "train/cats/5.png", "I am text");
  write_text(folder / "train/dogs/9.png", "\x89PNG\r\n\x1a\n");
  const Split split = Dataset::open(folder.path()).split("train");
  for (const int threads : {1, 8}) {
    WorkerPool pool(threads);
    const DecodedCache cache = DecodedCache::build(split, small_spec(), pool);
    REQUIRE(cache.size() == 37);
    REQUIRE(cache.skipped().size() == 3);
    CHECK(cache.skipped()[0].path == folder / "train/cats/0.png");
    CHECK(cache.skipped()[0].reason == "the file is empty");
    CHECK(cache.skipped()[1].reason.starts_with("the bytes are none of JPEG, "));
    CHECK(cache.skipped()[2].path == folder / "train/dogs/9.png");
    for (size_t i = 0; i < cache.size(); ++i) {
      const image::Image expected = image::fit_picture(image::decode_file(cache.path(i)), small_spec());
      CHECK(copy_of(cache.picture(i)) == expected);
      CHECK(cache.label(i) == (cache.path(i).parent_path().filename() == "dogs" ? 1 : 0));
    }
  }
}

TEST_CASE("files that vanish or cannot be opened are skipped with their reason") {
  const TemporaryFolder folder;
  write_pets(folder.path(), 2, 1);
  const Split split = Dataset::open(folder.path()).split("train");
  std::filesystem::remove(split.path(1));
  std::filesystem::remove(split.path(2));
  make_folder(split.path(2));
  WorkerPool pool(2);
  const DecodedCache cache = DecodedCache::build(split, small_spec(), pool);
  REQUIRE(cache.skipped().size() == 2);
  CHECK(cache.skipped()[0].reason == "cannot open: No such file or directory");
  CHECK(cache.skipped()[1].reason == "is not a regular file");
}

TEST_CASE("progress counts every picture once") {
  const TemporaryFolder folder;
  write_pets(folder.path(), 10, 1);
  WorkerPool pool(3);
  uint64_t calls = 0, last = 0;
  DecodedCache::build(Dataset::open(folder.path()).split("train"), small_spec(), pool,
                      {.progress = [&](const Progress& progress) {
                        CHECK(progress.total == 20);
                        CHECK(progress.done == ++calls);
                        last = progress.done;
                      }});
  CHECK(last == 20);
}

TEST_CASE("a stop request ends the decoding") {
  const TemporaryFolder folder;
  write_pets(folder.path(), 10, 1);
  WorkerPool pool(2);
  std::stop_source source;
  const ProgressObserver stop_soon = [&](const Progress& progress) {
    if (progress.done == 3) source.request_stop();
  };
  CHECK_THROWS_AS(DecodedCache::build(Dataset::open(folder.path()).split("train"), small_spec(), pool,
                                      {.progress = stop_soon, .stop = source.get_token()}),
                  Interrupted);
}

TEST_CASE("a cache of nothing and a cache too large are refused") {
  const TemporaryFolder folder;
  write_pets(folder.path(), 2, 1);
  WorkerPool pool(1);
  const Split split = Dataset::open(folder.path()).split("train");
  CHECK_THROWS_WITH_AS(DecodedCache::build(split, small_spec(), pool, {.limit_bytes = 8 * 6 * 3 * 3}),
                       doctest::Contains("432 bytes in all are allowed"), DataError);
  CHECK_NOTHROW(DecodedCache::build(split, small_spec(), pool, {.limit_bytes = 8 * 6 * 3 * 4}));
  CHECK_THROWS_AS(DecodedCache::build({"train", nullptr, {}}, small_spec(), pool), DataError);
  for (size_t i = 0; i < split.samples.size(); ++i) write_text(split.path(i), "");
  CHECK_THROWS_WITH_AS(DecodedCache::build(split, small_spec(), pool), doctest::Contains("the file is empty"),
                       DataError);
}
