// Progress lines, durations and signals.
#include "apps/margay/console.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <thread>

namespace margay::app {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string amount(double value, std::string_view unit) {
  return unit == "bytes" ? format_bytes(value) : fmt::format("{:.0f} {}", value, unit);
}

/// State of the one progress line.
class ProgressLine {
 public:
  explicit ProgressLine(bool terminal) : terminal_(terminal) {}
  ~ProgressLine() { finish(); }

  void update(const Progress& progress) {
    if (progress.task != task_) begin(progress.task);
    const double elapsed_s = seconds_since(start_);
    const bool done = progress.total > 0 && progress.done >= progress.total;
    const double interval_s = terminal_ ? 0.1 : 10.0;
    if (elapsed_s < 1.0 || (seconds_since(shown_) < interval_s && !(done && drawn_))) return;
    shown_ = Clock::now();
    draw(progress, elapsed_s, done);
    if (done) finish();
  }

 private:
  void begin(const std::string& task) {
    finish();
    task_ = task;
    start_ = Clock::now();
    shown_ = {};
  }

  void draw(const Progress& progress, double elapsed_s, bool done) {
    const double rate = static_cast<double>(progress.done) / elapsed_s;
    std::string text = fmt::format("{}: {}", progress.task, amount(static_cast<double>(progress.done), progress.unit));
    if (progress.total > 0) text += fmt::format(" of {}", amount(static_cast<double>(progress.total), progress.unit));
    text += fmt::format(", {}/s", amount(rate, progress.unit));
    if (done) text += fmt::format(", {}", format_duration(elapsed_s));
    else if (progress.total > 0 && rate > 0)
      text += fmt::format(", {} left", format_duration(static_cast<double>(progress.total - progress.done) / rate));
    fmt::print(stderr, "{}{}{}", terminal_ ? "\r" : "", text, terminal_ ? "\033[K" : "\n");
    std::fflush(stderr);
    drawn_ = true;
  }

  void finish() {
    if (drawn_ && terminal_) fmt::print(stderr, "\n");
    drawn_ = false;
    task_.clear();
  }

  bool terminal_;
  bool drawn_ = false;
  std::string task_;
  Clock::time_point start_;
  Clock::time_point shown_;
};

}  // namespace

bool stderr_is_terminal() {
  const char* kind = std::getenv("TERM");
  return isatty(STDERR_FILENO) != 0 && kind != nullptr && std::string_view(kind) != "dumb";
}

ProgressObserver console_progress(bool quiet) {
  if (quiet) return {};
  auto line = std::make_shared<ProgressLine>(stderr_is_terminal());
  return [line](const Progress& progress) { line->update(progress); };
}

std::stop_token stop_on_signals() {
  // A thread waits for the signals, so that nothing runs inside a signal handler. Other threads inherit the mask; this
  // must be called before any of them starts.
  static std::stop_source source = [] {
    std::stop_source made;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::thread([made, signals]() mutable {
      int signal = 0;
      sigwait(&signals, &signal);
      made.request_stop();
      sigwait(&signals, &signal);
      _exit(128 + signal);
    }).detach();
    return made;
  }();
  return source.get_token();
}

std::string format_duration(double seconds) {
  const long whole = static_cast<long>(seconds + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

std::string format_bytes(double bytes) {
  const char* const units[] = {"B", "kB", "MB", "GB", "TB"};
  int unit = 0;
  while (bytes >= 1000 && unit < 4) bytes /= 1000, ++unit;
  return fmt::format("{:.{}f} {}", bytes, unit == 0 || bytes >= 100 ? 0 : 1, units[unit]);
}

}  // namespace margay::app
