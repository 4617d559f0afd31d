// Replaces `margay` by the training program.
#include "apps/margay/training_program.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "apps/margay/command.h"
#include "apps/margay/sibling_program.h"
#include "apps/margay/signal_handover.h"
#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/core/number_text.h"
#include "margay/core/worker_pool.h"

namespace margay::app {

#ifdef MARGAY_TRAINING_PROGRAM

void become_training_program_if_needed(const std::vector<std::string>&) {
  take_over_signals();
}

#else

namespace {

const Command* find_command(std::string_view name) {
  for (const Command& command : commands())
    if (name == command.name) return &command;
  return nullptr;
}

void set_unless_given(const char* name, const char* value) {
  ::setenv(name, value, 0);
}

/// What has to be in the environment before the training program's libraries start.
void prepare_environment() {
  // Training allocates the same blocks in every step: keep them instead of giving them back to the kernel.
  set_unless_given("MALLOC_CONF", "dirty_decay_ms:-1,muzzy_decay_ms:-1,thp:always,metadata_thp:always");
  // Threads spin for some microseconds before they sleep: small batches meet so often that waking up would
  // take as long as the work, and on a busy machine threads that spin for long keep each other from it.
  if (::getenv("OMP_WAIT_POLICY") == nullptr) set_unless_given("GOMP_SPINCOUNT", "2000");
  set_unless_given("OMP_WAIT_POLICY", "passive");
  set_unless_given("OMP_NUM_THREADS", std::to_string(usable_cpus()).c_str());
}

/// Its libraries, before anything is trained, end the program or loop where they get no memory or no threads.
void require_room_to_start() {
  constexpr uint64_t kLeast_bytes = 1'000'000'000;
  rlimit addresses{};
  const bool limited = ::getrlimit(RLIMIT_AS, &addresses) == 0 && addresses.rlim_cur != RLIM_INFINITY;
  require<IoError>(!limited || addresses.rlim_cur >= kLeast_bytes, "margay-train",
                   fmt::format("this process may have {} of addresses, and libtorch takes {} to start with",
                               format_bytes(addresses.rlim_cur), format_bytes(kLeast_bytes)),
                   "raise the limit: ulimit -v unlimited");
  require_threads(std::min(usable_cpus(), WorkerPool::kMostThreads));
}

}  // namespace

void become_training_program_if_needed(const std::vector<std::string>& words) {
  constexpr std::string_view kName = "margay-train";
  const Command* command = words.size() < 2 ? nullptr : find_command(words[1]);
  if (command == nullptr || (!command->needs_libtorch && !command->tells_of_all)) return;
  if (command->tells_of_all && !has_sibling_program(kName)) return;
  const std::filesystem::path program =
      find_sibling_program(kName, "it belongs to the same build or package as this program");
  require_room_to_start();
  prepare_environment();
  hand_over_signals();
  become_program(program, words);
}

#endif

}  // namespace margay::app
