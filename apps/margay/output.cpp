// Standard output through stdio's buffer, each failure noticed.
#include "apps/margay/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <new>

#include "margay/core/error.h"
#include "margay/core/printable.h"

namespace margay::app {
namespace {

/// errno of the first write to standard output that failed; 0 while none has.
int output_error = 0;

/// Opens /dev/null in the wrong direction in the place of a closed stream, so that its use fails as before.
void occupy(int descriptor, int flags) {
  if (::fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) return;
  const int opened = ::open("/dev/null", flags);  // takes the lowest number that is free: this one
  if (opened > STDERR_FILENO) ::close(opened);
}

void note_failure() {
  if (output_error == 0) output_error = errno != 0 ? errno : EIO;
}

void complain() {
  if (output_error == 0) return;
  if (output_error == EPIPE) throw OutputClosed();
  errno = output_error;
  throw io_error_from_errno("output", "standard output cannot be written");
}

void write_out(std::string_view text) noexcept {
  if (output_error == 0 && std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) note_failure();
}

void flush() noexcept {
  if (output_error == 0 && std::fflush(stdout) != 0) note_failure();
}

}  // namespace

void prepare_output() {
  occupy(STDIN_FILENO, O_WRONLY);
  occupy(STDOUT_FILENO, O_RDONLY);
  occupy(STDERR_FILENO, O_RDONLY);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

void draw_out(std::string_view text) {
  write_out(text);
  complain();
}

void draw_err(std::string_view text) noexcept {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void flush_out() {
  flush();
  complain();
}

bool is_output_lost() {
  return output_error != 0;
}

void stream_line(std::string_view line) noexcept try {
  write_out(printable_lines(line) + '\n');
  flush();
} catch (const std::bad_alloc&) {
  output_error = ENOMEM;
}

void end_as_broken_pipe() {
  std::signal(SIGPIPE, SIG_DFL);
  std::raise(SIGPIPE);
  std::_Exit(128 + SIGPIPE);
}

void print_out_text(std::string_view text) {
  draw_out(printable_lines(text));
}

void print_err_text(std::string_view text) noexcept try {
  draw_err(printable_message(text));
} catch (const std::bad_alloc&) {  // said about the work, which goes on
}

}  // namespace margay::app
