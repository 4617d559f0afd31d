// Durations and their order.
#include "margay/core/timing.h"

#include <algorithm>
#include <chrono>

namespace margay {

void Timing::add(double seconds) {
  durations_s_.push_back(seconds);
  total_s_ += seconds;
}

double Timing::median_s() const {
  std::vector<double> sorted = durations_s_;
  std::sort(sorted.begin(), sorted.end());
  const size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

double Timing::shortest_s() const {
  return *std::min_element(durations_s_.begin(), durations_s_.end());
}

Timing time_repeatedly(double seconds, const std::function<void()>& work) {
  using Clock = std::chrono::steady_clock;
  constexpr int kFewest = 3;
  work();
  Timing timing;
  while (timing.repetitions() < kFewest || timing.total_s() < seconds) {
    const Clock::time_point begin = Clock::now();
    work();
    timing.add(std::chrono::duration<double>(Clock::now() - begin).count());
  }
  return timing;
}

}  // namespace margay
