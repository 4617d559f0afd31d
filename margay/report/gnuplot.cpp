// gnuplot as a child process whose three streams are files in memory: nothing to poll, no SIGPIPE, no
// deadlock.
#include "margay/report/gnuplot.h"

#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <system_error>
#include <utility>

#include "margay/core/printable.h"

extern char** environ;

namespace margay::report {
namespace {

constexpr const char* kWhere = "report.gnuplot";
constexpr const char* kHint = "install Debian's package gnuplot-nox";

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

pid_t spawn_gnuplot(const ChildStreams& streams) {
  char program[] = "gnuplot";
  char no_user_settings[] = "--default-settings";
  char* const arguments[] = {program, no_user_settings, nullptr};
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, program, streams.get(), nullptr, arguments, environ);
  if (failed == ENOENT)
    throw DrawingError(kWhere, "there is no program gnuplot, which draws the curves", kHint);
  if (failed != 0)
    throw DrawingError(
        kWhere, fmt::format("cannot start gnuplot: {}", std::generic_category().message(failed)), kHint);
  return child;
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) throw io_error_from_errno(kWhere, "cannot wait for gnuplot");
  return status;
}

/// The last lines, which say what went wrong.
std::string tail(std::string text) {
  constexpr size_t kLength = 400;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text.size() > kLength ? "..." + text.substr(text.size() - kLength) : text;
}

}  // namespace

std::string run_gnuplot(std::string_view script) {
  MemoryFile in("gnuplot-script");
  const MemoryFile out("gnuplot-picture"), err("gnuplot-messages");
  in.fill(script);
  const int status = wait_for(spawn_gnuplot(ChildStreams(in, out, err)));
  const bool succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  require<DrawingError>(succeeded, kWhere, fmt::format("gnuplot failed: {}", tail(err.content())), kHint);
  std::string picture = out.content();
  require<DrawingError>(!picture.empty(), kWhere,
                        fmt::format("gnuplot drew nothing: {}", tail(err.content())), kHint);
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

}  // namespace margay::report
