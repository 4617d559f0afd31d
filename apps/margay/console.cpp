// Progress lines, durations and signals.
#include "apps/margay/console.h"

#include <fmt/format.h>
#include <semaphore.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <thread>

#include "apps/margay/signal_handover.h"
#include "margay/core/lower_case.h"
#include "margay/core/number_text.h"
#include "margay/core/printable.h"

namespace margay::app {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string count(double value, std::string_view unit) {
  return unit == "bytes" ? format_bytes(value) : fmt::format("{:.0f}", value);
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
    std::string text =
        fmt::format("{}: {}", progress.task, count(static_cast<double>(progress.done), progress.unit));
    if (progress.total > 0)
      text += fmt::format(" of {}", amount(static_cast<double>(progress.total), progress.unit));
    text += fmt::format(", {}/s", amount(rate, progress.unit));
    if (done)
      text += fmt::format(", {}", format_duration(elapsed_s));
    else if (progress.total > 0 && rate > 0)
      text += fmt::format(", {} left",
                          format_duration(static_cast<double>(progress.total - progress.done) / rate));
    draw_err(terminal_ ? "\r" + printable(text) + "\033[K" : printable(text) + '\n');
    drawn_ = true;
  }

  void finish() {
    if (drawn_ && terminal_) print_err("\n");
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

namespace {

/// Empty where it is not set.
std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

bool is_terminal(int descriptor) {
  const std::string_view kind = environment("TERM");
  return isatty(descriptor) != 0 && !kind.empty() && kind != "dumb";
}

}  // namespace

bool stderr_is_terminal() {
  return is_terminal(STDERR_FILENO);
}

bool stdout_is_terminal() {
  return is_terminal(STDOUT_FILENO);
}

TerminalSize terminal_size() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

bool terminal_speaks_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string locale = lower_case(std::string(environment(name)));
    if (!locale.empty()) return locale.find("utf-8") != locale.npos || locale.find("utf8") != locale.npos;
  }
  return false;
}

bool terminal_wants_colour() {
  return environment("NO_COLOR").empty();
}

ProgressObserver console_progress(bool quiet) {
  if (quiet) return {};
  auto line = std::make_shared<ProgressLine>(stderr_is_terminal());
  return [line](const Progress& progress) { line->update(progress); };
}

namespace {

/// Posted by the handler, which may do nothing else: libraries start threads before main, so that signals
/// cannot be blocked in all of them and waited for.
sem_t signal_arrived;
std::atomic<int> orders_to_end{0};
static_assert(std::atomic<int>::is_always_lock_free);

void note_order(int) {
  ++orders_to_end;
  sem_post(&signal_arrived);
}

/// Of an event that comes again while the work is being saved.
void note_event(int) {
  sem_post(&signal_arrived);
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigaction(signal, &action, nullptr);
}

void wait_for_signal() {
  while (sem_wait(&signal_arrived) != 0) continue;  // interrupted by another signal
}

std::stop_source watch_signals() {
  std::stop_source source;
  sem_init(&signal_arrived, 0, 0);
  handle(SIGINT, note_order);
  handle(SIGTERM, note_order);
  handle(SIGXCPU, note_event);
  if (!is_ignored(SIGHUP)) handle(SIGHUP, note_event);  // as nohup asks for
  std::thread([source]() mutable {
    for (;;) {
      wait_for_signal();
      source.request_stop();
      if (orders_to_end > 1) _exit(130);
    }
  }).detach();
  release_signals();
  return source;
}

}  // namespace

std::stop_token stop_on_signals() {
  static const std::stop_source source = watch_signals();
  return source.get_token();
}

}  // namespace margay::app
