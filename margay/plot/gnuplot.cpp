// gnuplot as a child process whose three streams are files in memory: nothing to poll, no SIGPIPE, no
// deadlock.
#include "margay/plot/gnuplot.h"

#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "margay/core/printable.h"

extern char** environ;

namespace margay::plot {
namespace {

constexpr const char* kWhere = "report.gnuplot";
constexpr const char* kHint = "install Debian's package gnuplot-nox";
constexpr const char* kHintForOwn =
    "'gnuplot --version' says whether the one in PATH works; Debian's package is gnuplot-nox";

/// A file that lives in memory only.
class MemoryFile {
 public:
  explicit MemoryFile(const char* name) : descriptor_(::memfd_create(name, MFD_CLOEXEC)) {
    if (descriptor_ < 0) throw io_error_from_errno(kWhere, "cannot make a file in memory");
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(descriptor_); }

  int descriptor() const { return descriptor_; }

  void fill(std::string_view text) {
    for (size_t done = 0; done < text.size();) {
      const ssize_t count =
          ::pwrite(descriptor_, text.data() + done, text.size() - done, static_cast<off_t>(done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw io_error_from_errno(kWhere, "cannot write a file in memory");
      done += static_cast<size_t>(count);
    }
  }

  std::string content() const {
    std::string text;
    char piece[1 << 16];
    for (;;) {
      const ssize_t count = ::pread(descriptor_, piece, sizeof piece, static_cast<off_t>(text.size()));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw io_error_from_errno(kWhere, "cannot read a file in memory");
      if (count == 0) return text;
      text.append(piece, static_cast<size_t>(count));
    }
  }

 private:
  int descriptor_;
};

/// What the child finds at its descriptors 0, 1 and 2.
class ChildStreams {
 public:
  ChildStreams(const MemoryFile& in, const MemoryFile& out, const MemoryFile& err) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, in.descriptor(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, out.descriptor(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, err.descriptor(), STDERR_FILENO);
  }
  ChildStreams(const ChildStreams&) = delete;
  ChildStreams& operator=(const ChildStreams&) = delete;
  ~ChildStreams() { posix_spawn_file_actions_destroy(&actions_); }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

/// A process group of its own: what gnuplot has started ends with it.
class OwnGroup {
 public:
  OwnGroup() {
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes_, 0);
  }
  OwnGroup(const OwnGroup&) = delete;
  OwnGroup& operator=(const OwnGroup&) = delete;
  ~OwnGroup() { posix_spawnattr_destroy(&attributes_); }
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

pid_t spawn_gnuplot(const ChildStreams& streams) {
  char program[] = "gnuplot";
  char no_user_settings[] = "--default-settings";
  char* const arguments[] = {program, no_user_settings, nullptr};
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, program, streams.get(), OwnGroup().get(), arguments, environ);
  if (failed == ENOENT)
    throw DrawingError(kWhere, "there is no program gnuplot, which draws the curves", kHint);
  if (failed != 0)
    throw DrawingError(kWhere,
                       fmt::format("cannot start gnuplot: {}", std::generic_category().message(failed)),
                       kHintForOwn);
  return child;
}

using Clock = std::chrono::steady_clock;

/// The status of a child that has ended; nothing where it has not, until `end`.
std::optional<int> wait_until(pid_t child, Clock::time_point end) {
  for (auto pause = std::chrono::milliseconds(1);;
       pause = std::min(2 * pause, std::chrono::milliseconds(20))) {
    int status = 0;
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) return status;
    if (ended < 0 && errno != EINTR) throw io_error_from_errno(kWhere, "cannot wait for gnuplot");
    if (Clock::now() >= end) return std::nullopt;
    std::this_thread::sleep_for(pause);
  }
}

/// Whether the last one had to be ended: a page of many plots does not wait as long for each.
std::atomic<bool> last_one_hung{false};

int wait_for(pid_t child, std::chrono::milliseconds limit) {
  if (last_one_hung) limit = std::min(limit, std::chrono::milliseconds(2000));
  const std::optional<int> status = wait_until(child, Clock::now() + limit);
  last_one_hung = !status;
  if (status) return *status;
  ::kill(-child, SIGKILL);
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
  throw DrawingError(
      kWhere, fmt::format("gnuplot had not ended after {:g} s", std::chrono::duration<double>(limit).count()),
      kHintForOwn);
}

std::string describe_end(int status) {
  return WIFSIGNALED(status) ? fmt::format("signal {} ended it", WTERMSIG(status))
                             : fmt::format("exit status {}", WEXITSTATUS(status));
}

/// The last lines, which say what went wrong; `otherwise` where there are none.
std::string tail(std::string text, const std::string& otherwise) {
  constexpr size_t kLength = 400;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  if (text.empty()) return otherwise;
  return text.size() > kLength ? "..." + text.substr(text.size() - kLength) : text;
}

}  // namespace

std::string run_gnuplot(std::string_view script, std::chrono::milliseconds limit) {
  MemoryFile in("gnuplot-script");
  const MemoryFile out("gnuplot-picture"), err("gnuplot-messages");
  in.fill(script);
  const int status = wait_for(spawn_gnuplot(ChildStreams(in, out, err)), limit);
  const bool succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  require<DrawingError>(
      succeeded, kWhere,
      fmt::format("gnuplot failed: {}", tail(err.content(), describe_end(status) + ", without a message")),
      kHintForOwn);
  std::string picture = out.content();
  require<DrawingError>(
      !picture.empty(), kWhere,
      fmt::format("gnuplot drew nothing: {}", tail(err.content(), "it ended without a message")),
      kHintForOwn);
  return picture;
}

std::string gnuplot_string(std::string_view text) {
  // Single quotes: nothing inside is special but the quote itself, which is doubled.
  std::string quoted = "'";
  for (const char letter : printable(text)) {
    if (letter == '\'') quoted += '\'';
    quoted += letter;
  }
  return quoted + '\'';
}

}  // namespace margay::plot
