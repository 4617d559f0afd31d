// Streams depend on their key alone, and their numbers are distributed as promised.
#include "margay/core/random.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

using namespace margay;

TEST_CASE("SplitMix64 gives its published numbers") {
  // The reference implementation (prng.di.unimi.it/splitmix64.c) started with the state 1234567.
  uint64_t state = 1234567;
  const auto next = [&] { return mix_bits(state += 0x9E3779B97F4A7C15ull); };
  CHECK(next() == 6457827717110365317ull);
  CHECK(next() == 3203168211198807973ull);
  CHECK(next() == 9817491932198370423ull);
}

TEST_CASE("keys of different order and length give different streams") {
  std::set<uint64_t> words{hash_key({}),     hash_key({0}),    hash_key({0, 0}),
                           hash_key({1, 2}), hash_key({2, 1}), hash_key({1, 2, 0})};
  CHECK(words.size() == 6);
  for (uint64_t seed = 0; seed < 30; ++seed)
    for (uint64_t epoch = 0; epoch < 30; ++epoch)
      for (uint64_t sample = 0; sample < 30; ++sample) words.insert(Random{seed, epoch, sample}.bits());
  CHECK(words.size() == 6 + 27000);
  CHECK(Random{1, 2}.bits() == Random{1, 2}.bits());
}

TEST_CASE("texts become different words") {
  CHECK(hash_text("augment") != hash_text("order"));
  CHECK(hash_text("") != hash_text("a"));
  CHECK(hash_text("ab") != hash_text("ba"));
}

TEST_CASE("uniform numbers fill their range evenly") {
  Random random{1};
  double sum = 0;
  std::vector<int> tenths(10);
  for (int i = 0; i < 100000; ++i) {
    const double value = random.uniform();
    REQUIRE(value >= 0);
    REQUIRE(value < 1);
    sum += value;
    ++tenths[static_cast<size_t>(value * 10)];
  }
  CHECK(sum / 100000 == doctest::Approx(0.5).epsilon(0.01));
  for (const int count : tenths) CHECK(std::abs(count - 10000) < 400);
  for (int i = 0; i < 1000; ++i) {
    const double value = random.uniform(-3, 5);
    REQUIRE(value >= -3);
    REQUIRE(value < 5);
  }
}

TEST_CASE("whole numbers below n are all reached and equally often") {
  Random random{2};
  for (const uint64_t n : {1ull, 2ull, 3ull, 7ull}) {
    std::vector<int> counts(n);
    for (int i = 0; i < 21000; ++i) {
      const uint64_t value = random.below(n);
      REQUIRE(value < n);
      ++counts[value];
    }
    for (const int count : counts) CHECK(std::abs(count - 21000 / static_cast<int>(n)) < 500);
  }
  for (int i = 0; i < 1000; ++i) CHECK(random.below((1ull << 63) + 1) <= 1ull << 63);
}

TEST_CASE("normal numbers have mean 0 and deviation 1") {
  Random random{3};
  double sum = 0, squares = 0;
  for (int i = 0; i < 100000; ++i) {
    const double value = random.normal();
    REQUIRE(std::isfinite(value));
    sum += value;
    squares += value * value;
  }
  CHECK(std::abs(sum / 100000) < 0.015);
  CHECK(std::abs(squares / 100000 - 1) < 0.02);
}

TEST_CASE("chances are taken as often as they say") {
  Random random{4};
  int taken = 0;
  for (int i = 0; i < 10000; ++i) taken += random.chance(0.3) ? 1 : 0;
  CHECK(std::abs(taken - 3000) < 200);
  CHECK_FALSE(random.chance(0));
  CHECK(random.chance(1));
}

TEST_CASE("shuffling keeps the items and reaches every order") {
  std::set<std::vector<int>> orders;
  for (uint64_t key = 0; key < 500; ++key) {
    std::vector<int> items{1, 2, 3, 4};
    Random random{key};
    random.shuffle(std::span(items));
    orders.insert(items);
    std::sort(items.begin(), items.end());
    CHECK(items == std::vector<int>{1, 2, 3, 4});
  }
  CHECK(orders.size() == 24);
}
