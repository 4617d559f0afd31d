// Permutations from keyed random streams.
#include "margay/data/epoch_order.h"

#include <algorithm>
#include <numeric>

#include "margay/core/random.h"

namespace margay::data {
namespace {

std::vector<std::vector<uint32_t>> samples_by_class(std::span<const int> labels) {
  std::vector<std::vector<uint32_t>> classes;
  for (size_t i = 0; i < labels.size(); ++i) {
    const auto label = static_cast<size_t>(labels[i]);
    if (label >= classes.size()) classes.resize(label + 1);
    classes[label].push_back(static_cast<uint32_t>(i));
  }
  std::erase_if(classes, [](const auto& samples) { return samples.empty(); });
  return classes;
}

/// Places [first, first + count) of the endless sequence of a class: one shuffled round of its samples after
/// another.
void append_rounds(const std::vector<uint32_t>& samples, size_t class_index, uint64_t seed, uint64_t first,
                   size_t count, std::vector<uint32_t>& order) {
  for (uint64_t place = first; place < first + count;) {
    const uint64_t round = place / samples.size();
    std::vector<uint32_t> shuffled = samples;
    Random random{hash_text("balanced round"), seed, class_index, round};
    random.shuffle(std::span(shuffled));
    for (size_t i = place % samples.size(); i < samples.size() && place < first + count; ++i, ++place)
      order.push_back(shuffled[i]);
  }
}

}  // namespace

std::vector<uint32_t> natural_order(size_t n) {
  std::vector<uint32_t> numbers(n);
  std::iota(numbers.begin(), numbers.end(), 0u);
  return numbers;
}

std::vector<uint32_t> epoch_order(size_t n, uint64_t seed, int epoch) {
  std::vector<uint32_t> order = natural_order(n);
  Random random{hash_text("order"), seed, static_cast<uint64_t>(epoch)};
  random.shuffle(std::span(order));
  return order;
}

std::vector<uint32_t> balanced_order(std::span<const int> labels, uint64_t seed, int epoch) {
  const std::vector<std::vector<uint32_t>> classes = samples_by_class(labels);
  std::vector<uint32_t> order;
  order.reserve(labels.size());
  for (size_t i = 0; i < classes.size(); ++i) {
    const size_t count = labels.size() / classes.size() + (i < labels.size() % classes.size() ? 1 : 0);
    append_rounds(classes[i], i, seed, static_cast<uint64_t>(epoch) * count, count, order);
  }
  Random random{hash_text("order"), seed, static_cast<uint64_t>(epoch)};
  random.shuffle(std::span(order));
  return order;
}

std::vector<uint32_t> random_keys_of(std::span<const uint32_t> order) {
  std::vector<uint32_t> random_keys(order.begin(), order.end());
  std::vector<uint32_t> seen(order.empty() ? 0 : *std::max_element(order.begin(), order.end()) + 1);
  for (uint32_t& key : random_keys) key += static_cast<uint32_t>(order.size()) * seen[key]++;
  return random_keys;
}

}  // namespace margay::data
