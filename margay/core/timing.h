// How long something takes, from doing it again and again.
#pragma once

#include <functional>
#include <vector>

namespace margay {

/// Durations of the repetitions of a piece of work.
class Timing {
 public:
  void add(double seconds);
  int repetitions() const { return static_cast<int>(durations_s_.size()); }
  double total_s() const { return total_s_; }
  /// Of an even number the mean of the two in the middle. There must be one.
  double median_s() const;
  double shortest_s() const;

 private:
  std::vector<double> durations_s_;
  double total_s_ = 0;
};

/// Does `work` once to warm up, then three times or more until `seconds` of it are over.
Timing time_repeatedly(double seconds, const std::function<void()>& work);

}  // namespace margay
