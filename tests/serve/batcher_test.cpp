// Pictures that wait together: how many, how long, and what one of them can do to the others.
#include "margay/serve/batcher.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <map>

#include "margay/core/error.h"

using namespace margay;
using namespace margay::serve;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

/// Answers each picture, of one value, with that value.
std::vector<predict::Answer> echo(std::span<const float> values, int count) {
  std::vector<predict::Answer> answers;
  for (int i = 0; i < count; ++i) answers.push_back({{values[static_cast<size_t>(i)]}});
  return answers;
}

std::future<Outcome> submit(Batcher& batcher, float value, std::function<bool()> is_wanted = {}) {
  auto promise = std::make_shared<std::promise<Outcome>>();
  batcher.submit({.values = {value}, .is_wanted = std::move(is_wanted), .finish = [promise](Outcome outcome) {
                    promise->set_value(std::move(outcome));
                  }});
  return promise->get_future();
}

double value_of(std::future<Outcome>& future) {
  return std::get<predict::Answer>(future.get()).probabilities.front();
}

}  // namespace

TEST_CASE("pictures that come together go together, in sizes that are kept ready") {
  std::vector<int> sizes;
  std::vector<std::future<Outcome>> answers;
  {
    Batcher batcher({.max_batch = 6, .max_delay = 50ms}, echo, [&](int size) { sizes.push_back(size); });
    for (int i = 0; i < 13; ++i) answers.push_back(submit(batcher, static_cast<float>(i)));
  }
  for (int i = 0; i < 13; ++i) CHECK(value_of(answers[static_cast<size_t>(i)]) == i);
  int sum = 0;
  for (const int size : sizes) {
    CHECK((size == 1 || size == 2 || size == 4 || size == 6));
    sum += size;
  }
  CHECK(sum == 13);
  CHECK(std::ranges::max(sizes) == 6);
}

TEST_CASE("no picture waits longer for others than was allowed") {
  Batcher batcher({.max_batch = 100, .max_delay = 40ms}, echo);
  const auto begin = Clock::now();
  auto first = submit(batcher, 1);
  // Others that come meanwhile do not make it wait any longer.
  std::vector<std::future<Outcome>> others;
  for (int i = 0; i < 10; ++i) {
    std::this_thread::sleep_for(10ms);
    others.push_back(submit(batcher, 2));
  }
  CHECK(value_of(first) == 1);
  for (auto& other : others) CHECK(value_of(other) == 2);
  CHECK(Clock::now() - begin < 1s);
  const auto alone = Clock::now();
  auto last = submit(batcher, 3);
  last.wait();
  CHECK(Clock::now() - alone >= 40ms);
  CHECK(Clock::now() - alone < 500ms);
}

TEST_CASE("a full batch waits for nobody") {
  Batcher batcher({.max_batch = 2, .max_delay = 10s}, echo);
  const auto begin = Clock::now();
  auto first = submit(batcher, 1), second = submit(batcher, 2);
  CHECK(value_of(first) == 1);
  CHECK(value_of(second) == 2);
  CHECK(Clock::now() - begin < 5s);
}

TEST_CASE("a picture that fails takes none of its batch with it") {
  const auto refuse_negative = [](std::span<const float> values, int count) {
    if (std::ranges::any_of(values, [](float value) { return value < 0; }))
      throw ModelError("test", "a negative one");
    return echo(values, count);
  };
  Batcher batcher({.max_batch = 4, .max_delay = 1s}, refuse_negative);
  std::vector<std::future<Outcome>> answers;
  for (const float value : {1.0f, 2.0f, -1.0f, 3.0f}) answers.push_back(submit(batcher, value));
  CHECK(value_of(answers[0]) == 1);
  CHECK(value_of(answers[1]) == 2);
  CHECK_THROWS_WITH_AS(std::rethrow_exception(std::get<std::exception_ptr>(answers[2].get())),
                       doctest::Contains("a negative one"), ModelError);
  CHECK(value_of(answers[3]) == 3);
}

TEST_CASE("what nobody waits for is not computed") {
  std::atomic<int> computed{0};
  const auto count_all = [&](std::span<const float> values, int count) {
    computed += count;
    return echo(values, count);
  };
  Batcher batcher({.max_batch = 2, .max_delay = 1s}, count_all);
  auto given_up = submit(batcher, 1, [] { return false; });
  auto wanted = submit(batcher, 2, [] { return true; });
  CHECK(value_of(wanted) == 2);
  CHECK(std::holds_alternative<std::exception_ptr>(given_up.get()));
  CHECK(computed == 1);
}

TEST_CASE("many threads get their own answers") {
  Batcher batcher({.max_batch = 8, .max_delay = 100us}, echo);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        auto answer = submit(batcher, static_cast<float>(t * 1000 + i));
        if (value_of(answer) != t * 1000 + i) ++wrong;
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("settings that make no sense are refused") {
  CHECK_THROWS_AS(Batcher({.max_batch = 0}, echo), UsageError);
  CHECK_THROWS_AS(Batcher({.max_delay = -1us}, echo), UsageError);
}
