// Linux lets a thread have a table of open files of its own.
#include "margay/image/quiet_thread.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <exception>
#include <system_error>
#include <thread>

namespace margay::image {
namespace {

void leave_open_files() {
  if (unshare(CLONE_FILES) != 0) return;
  // Copies kept here would keep files and pipes open that others close.
  constexpr unsigned first = STDERR_FILENO + 1;
  close_range(first, ~0U, 0);
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0) return;
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
  close(nowhere);
}

}  // namespace

void on_quiet_thread(const std::function<void()>& work) {
  std::exception_ptr thrown;
  const auto quietly = [&] {
    leave_open_files();
    try {
      work();
    } catch (...) {
      thrown = std::current_exception();
    }
  };
  std::thread thread;
  try {
    thread = std::thread(quietly);
  } catch (const std::system_error&) {
    return work();  // no thread is to be had
  }
  thread.join();
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace margay::image
