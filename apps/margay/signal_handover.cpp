// What the kernel keeps from one program to the next: the mask, signals that wait, and the environment.
#include "apps/margay/signal_handover.h"

#include <csignal>
#include <cstdlib>
#include <initializer_list>

namespace margay::app {
namespace {

constexpr const char* kVariable = "MARGAY_IGNORES_SIGHUP";

sigset_t signals_that_stop() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGXCPU}) sigaddset(&set, signal);
  return set;
}

}  // namespace

bool is_ignored(int signal) {
  struct sigaction action {};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

void hand_over_signals() {
  if (is_ignored(SIGHUP))
    setenv(kVariable, "1", 1);
  else
    unsetenv(kVariable);
  const sigset_t held = signals_that_stop();
  pthread_sigmask(SIG_BLOCK, &held, nullptr);
}

void take_over_signals() {
  if (std::getenv(kVariable) != nullptr) std::signal(SIGHUP, SIG_IGN);
  unsetenv(kVariable);
}

void release_signals() {
  const sigset_t held = signals_that_stop();
  pthread_sigmask(SIG_UNBLOCK, &held, nullptr);
}

}  // namespace margay::app
