// Batches: which samples, in which order, with which random keys; and that nothing breaks when work ends
// early.
#include "margay/data/loader.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

#include "margay/core/error.h"
#include "tests/data/folders.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;
using margay::test::TemporaryFolder;

namespace {

DecodedCache train_cache(const std::filesystem::path& root) {
  WorkerPool pool(2);
  return DecodedCache::build(Dataset::open(root).split("train"), margay::test::small_spec(), pool);
}

/// 23 + 23 pictures of 8 x 6 pixels.
const DecodedCache& cache_of_pets() {
  static const DecodedCache cache = [] {
    const TemporaryFolder folder;
    margay::test::write_pets(folder.path(), 23, 1);
    return train_cache(folder.path());
  }();
  return cache;
}

/// 20 cats and 4 dogs.
const DecodedCache& unbalanced_cache() {
  static const DecodedCache cache = [] {
    const TemporaryFolder folder;
    for (int i = 0; i < 24; ++i)
      margay::test::write_picture(
          folder.path() / "train" / (i < 20 ? "cats" : "dogs") / (std::to_string(i) + ".png"),
          margay::test::noise_picture(8, 6, static_cast<uint64_t>(i)));
    return train_cache(folder.path());
  }();
  return cache;
}

void add_noise(image::ImageView in, image::ImageSpan out, Random& random, bool) {
  for (size_t i = 0; i < in.size_bytes(); ++i)
    out.pixels[i] = static_cast<uint8_t>(in.pixels[i] + random.below(7));
}

std::vector<Batch> epoch(Loader& loader, int number, int first_batch = 0) {
  std::vector<Batch> batches;
  loader.start(number, first_batch);
  for (Batch batch; loader.next(batch); batch = {}) batches.push_back(batch);
  return batches;
}

bool same(const std::vector<Batch>& a, const std::vector<Batch>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Batch& x, const Batch& y) {
    return x.size == y.size && x.pixels == y.pixels && x.labels == y.labels && x.samples == y.samples &&
           x.random_keys == y.random_keys;
  });
}

LoaderOptions shuffled(Transform transform = {}) {
  return {
      .batch_size = 8, .shuffle = true, .seed = 5, .prefetch_batches = 2, .transform = std::move(transform)};
}

}  // namespace

TEST_CASE("without shuffling the batches are the cache in order") {
  WorkerPool pool(3);
  Loader loader(cache_of_pets(), pool, {.batch_size = 10});
  CHECK(loader.batches() == 5);
  const auto batches = epoch(loader, 0);
  REQUIRE(batches.size() == 5);
  CHECK(batches.back().size == 6);
  uint32_t sample = 0;
  for (const Batch& batch : batches) {
    REQUIRE(batch.pixels.size() == static_cast<size_t>(batch.size) * 8 * 6 * 3);
    for (int i = 0; i < batch.size; ++i, ++sample) {
      CHECK(batch.samples[i] == sample);
      CHECK(batch.labels[i] == cache_of_pets().label(sample));
      CHECK(std::memcmp(&batch.pixels[static_cast<size_t>(i) * 144], cache_of_pets().picture(sample).pixels,
                        144) == 0);
    }
  }
  CHECK(sample == 46);
}

TEST_CASE("shuffled batches follow the order of the epoch") {
  WorkerPool pool(2);
  Loader loader(cache_of_pets(), pool, shuffled());
  std::vector<uint32_t> seen;
  for (const Batch& batch : epoch(loader, 4))
    seen.insert(seen.end(), batch.samples.begin(), batch.samples.end());
  CHECK(seen == epoch_order(46, 5, 4));
}

TEST_CASE("a picture that an epoch shows twice looks different each time") {
  WorkerPool pool(2);
  LoaderOptions options = shuffled(add_noise);
  options.balance_classes = true;
  const DecodedCache& cache = unbalanced_cache();
  Loader loader(cache, pool, options);
  const size_t picture_bytes = cache.picture(0).size_bytes();
  std::set<std::string> looks;
  std::vector<size_t> counts(2);
  for (const Batch& batch : epoch(loader, 1))
    for (int i = 0; i < batch.size; ++i) {
      const uint8_t* pixels = batch.pixels.data() + static_cast<size_t>(i) * picture_bytes;
      looks.emplace(pixels, pixels + picture_bytes);
      ++counts[static_cast<size_t>(batch.labels[i])];
    }
  CHECK(counts == std::vector<size_t>{12, 12});
  CHECK(looks.size() == 24);
}

TEST_CASE("balance without shuffling is refused") {
  WorkerPool pool(1);
  CHECK_THROWS_AS(Loader(cache_of_pets(), pool, {.balance_classes = true}), UsageError);
}

TEST_CASE("batches are the same for any number of workers and any prefetch") {
  WorkerPool one(1), eight(8);
  Loader reference(cache_of_pets(), one, shuffled(add_noise));
  LoaderOptions ahead = shuffled(add_noise);
  ahead.prefetch_batches = 7;
  Loader other(cache_of_pets(), eight, ahead);
  for (const int number : {0, 1, 2}) CHECK(same(epoch(reference, number), epoch(other, number)));
  CHECK_FALSE(same(epoch(reference, 0), epoch(other, 1)));
}

TEST_CASE("random changes depend on seed and epoch and sample but not on the place in the batch") {
  WorkerPool pool(2);
  Loader whole(cache_of_pets(), pool, {.batch_size = 46, .seed = 3, .transform = add_noise});
  Loader parts(cache_of_pets(), pool, {.batch_size = 1, .seed = 3, .transform = add_noise});
  const auto one = epoch(whole, 1), many = epoch(parts, 1);
  for (size_t i = 0; i < many.size(); ++i)
    CHECK(std::memcmp(&one[0].pixels[i * 144], many[i].pixels.data(), 144) == 0);
  CHECK_FALSE(same(epoch(whole, 2), one));
  Random random{hash_text("augment"), 3, 1, 7};
  std::vector<uint8_t> expected(144);
  add_noise(cache_of_pets().picture(7), {8, 6, expected.data()}, random, false);
  CHECK(many[7].pixels == expected);
}

TEST_CASE("an epoch can begin at a later batch") {
  WorkerPool pool(2);
  Loader loader(cache_of_pets(), pool, shuffled(add_noise));
  const auto all = epoch(loader, 3);
  CHECK(same(epoch(loader, 3, 4), std::vector<Batch>(all.begin() + 4, all.end())));
  CHECK(epoch(loader, 3, 6).empty());
  CHECK_THROWS_AS(loader.start(0, 7), UsageError);
  CHECK_THROWS_AS(loader.start(0, -1), UsageError);
}

TEST_CASE("a transform makes pictures of the size that an epoch asks for") {
  WorkerPool pool(2);
  Loader loader(cache_of_pets(), pool, shuffled([](image::ImageView, image::ImageSpan out, Random&, bool) {
                  std::fill_n(out.pixels, out.size_bytes(), static_cast<uint8_t>(out.width));
                }));
  Batch batch;
  for (const PictureSize size : {PictureSize{4, 3}, {12, 9}, {}}) {
    loader.start(0, 0, size);
    REQUIRE(loader.next(batch));
    const int width = size.width == 0 ? 8 : size.width, height = size.height == 0 ? 6 : size.height;
    CHECK(batch.width == width);
    CHECK(batch.height == height);
    CHECK(batch.pixels == std::vector<uint8_t>(static_cast<size_t>(8 * width * height * 3), width));
  }
  Loader plain(cache_of_pets(), pool, shuffled());
  CHECK_THROWS_AS(plain.start(0, 0, {4, 3}), UsageError);
}

TEST_CASE("turns alternate for every picture and differ between pictures") {
  WorkerPool pool(2);
  Loader loader(cache_of_pets(), pool,
                shuffled([](image::ImageView, image::ImageSpan out, Random&, bool odd) {
                  std::fill_n(out.pixels, out.size_bytes(), static_cast<uint8_t>(odd));
                }));
  std::map<uint32_t, std::vector<int>> turns;  // of each sample, epoch after epoch
  for (int number = 1; number <= 4; ++number)
    for (const Batch& batch : epoch(loader, number))
      for (size_t i = 0; i < batch.samples.size(); ++i)
        turns[batch.samples[i]].push_back(batch.pixels[i * 144]);
  int first_odd = 0;
  for (const auto& [sample, seen] : turns) {
    CHECK(seen == std::vector<int>{seen[0], 1 - seen[0], seen[0], 1 - seen[0]});
    first_odd += seen[0];
  }
  CHECK(first_odd > 8);
  CHECK(first_odd < 38);
}

TEST_CASE("starting again discards what was prepared") {
  WorkerPool pool(2);
  Loader loader(cache_of_pets(), pool, shuffled(add_noise));
  Batch batch;
  CHECK_FALSE(loader.next(batch));  // not started
  loader.start(0);
  CHECK(loader.next(batch));
  const auto one = epoch(loader, 1);
  CHECK(one.size() == 6);
  CHECK_FALSE(loader.next(batch));
}

TEST_CASE("a loader may go in the middle of an epoch") {
  WorkerPool pool(4);
  std::atomic<int> calls = 0;
  for (int i = 0; i < 200; ++i) {
    Loader loader(
        cache_of_pets(), pool,
        shuffled([&calls](image::ImageView in, image::ImageSpan out, Random& random, bool alternate_flip) {
          ++calls;
          add_noise(in, out, random, alternate_flip);
        }));
    loader.start(i);
    Batch batch;
    for (int taken = 0; taken < i % 4; ++taken) loader.next(batch);
  }
  CHECK(calls > 0);
}

TEST_CASE("a loader may go while its work is stuck behind other work of the pool") {
  std::atomic<bool> release = false;  // which the pool's thread reads until it ends
  WorkerPool pool(1);
  pool.submit([&] {
    while (!release) std::this_thread::yield();
  });
  {
    Loader loader(cache_of_pets(), pool, shuffled());
    loader.start(0);
    Batch batch;
    CHECK(loader.next(batch));  // the consumer does it alone
  }
  release = true;
}

TEST_CASE("what a transform throws arrives at the consumer") {
  WorkerPool pool(4);
  Loader loader(cache_of_pets(), pool, shuffled([](image::ImageView, image::ImageSpan, Random&, bool) {
                  throw std::domain_error("no");
                }));
  loader.start(0);
  Batch batch;
  CHECK_THROWS_WITH_AS(loader.next(batch), "no", std::domain_error);
}

TEST_CASE("options out of range are refused") {
  WorkerPool pool(1);
  CHECK_THROWS_AS(Loader(cache_of_pets(), pool, {.batch_size = 0}), UsageError);
  CHECK_THROWS_AS(Loader(cache_of_pets(), pool, {.prefetch_batches = 0}), UsageError);
  CHECK_THROWS_AS(Loader(DecodedCache(), pool, {}), UsageError);
}
