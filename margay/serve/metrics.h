// Numbers about the server, for Prometheus.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace margay::serve {

/// Counts and measures. Thread-safe. Labels have few values: routes are patterns, models those that are
/// served.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void count_request(std::string_view route, int status, double seconds);
  void observe_batch(const std::string& model, int pictures);
  void count_reload(const std::string& model, bool is_loaded);
  void set_connections(int open);

  /// The text of /metrics; `queued_pictures` as it is now.
  std::string text(int queued_pictures);

 private:
  struct Families;
  const std::unique_ptr<Families> families_;
};

}  // namespace margay::serve
