#include "margay/data/epoch_order.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

using namespace margay::data;

TEST_CASE("the order of an epoch is a permutation keyed by seed and epoch") {
  const auto order = epoch_order(1000, 1, 2);
  CHECK(std::set<uint32_t>(order.begin(), order.end()).size() == 1000);
  CHECK(*std::max_element(order.begin(), order.end()) == 999);
  CHECK(order == epoch_order(1000, 1, 2));
  CHECK(order != epoch_order(1000, 1, 3));
  CHECK(order != epoch_order(1000, 2, 2));
  CHECK(epoch_order(0, 1, 1).empty());
  CHECK(epoch_order(1, 1, 1) == std::vector<uint32_t>{0});
}

TEST_CASE("every place of an order is equally likely") {
  std::vector<int> first(5);
  for (int number = 0; number < 5000; ++number) ++first[epoch_order(5, 9, number)[0]];
  for (const int count : first) CHECK(std::abs(count - 1000) < 150);
}

TEST_CASE("a balanced order shows all classes equally often") {
  std::vector<int> labels(100, 0);
  for (int i = 0; i < 7; ++i) labels[static_cast<size_t>(i) * 13] = 2;  // and nothing of class 1
  const auto order = balanced_order(labels, 3, 1);
  REQUIRE(order.size() == 100);
  std::map<int, size_t> counts;
  std::map<uint32_t, size_t> rare;
  for (const uint32_t sample : order) {
    ++counts[labels[sample]];
    if (labels[sample] == 2) ++rare[sample];
  }
  CHECK(counts == std::map<int, size_t>{{0, 50}, {2, 50}});
  CHECK(rare.size() == 7);
  for (const auto& [sample, count] : rare)
    CHECK((count >= 6 && count <= 8));  // the epoch starts and ends within a round
  CHECK(order == balanced_order(labels, 3, 1));
  CHECK(order != balanced_order(labels, 3, 2));
  CHECK(order != balanced_order(labels, 4, 1));
}

TEST_CASE("a frequent class goes on where the last epoch ended") {
  std::vector<int> labels(60, 0);
  std::fill(labels.begin() + 40, labels.end(), 1);
  std::set<uint32_t> seen;
  for (int epoch = 0; epoch < 4; ++epoch)  // 4 epochs of 30 are 3 rounds of 40
    for (const uint32_t sample : balanced_order(labels, 1, epoch))
      if (epoch < 2 && sample < 40) seen.insert(sample);
  CHECK(seen.size() == 40);
}

TEST_CASE("every place of an order has a draw of its own") {
  const std::vector<uint32_t> order{2, 0, 2, 2, 1, 0};
  CHECK(random_keys_of(order) == std::vector<uint32_t>{2, 0, 8, 14, 1, 6});
  CHECK(random_keys_of({}).empty());
  const auto permutation = epoch_order(50, 1, 1);
  CHECK(random_keys_of(permutation) == permutation);
}
