// Told by main, which sees every way in which a command ends.
#include "apps/margay/last_event.h"

#include <algorithm>

#include "apps/margay/command.h"
#include "margay/core/error.h"

namespace margay::app {

bool asks_for_events(const std::vector<std::string>& words) {
  if (words.size() < 2) return false;
  const auto command = std::ranges::find(commands(), words[1], &Command::name);
  return command != commands().end() && command->needs_libtorch &&
         std::ranges::find(words, "--json") != words.end();
}

Json last_event(const std::string& message, int exit_code) {
  const bool stopped = exit_code == Interrupted("", "").exit_code();
  return {{"event", stopped ? "stopped" : "error"}, {"message", message}, {"exit_code", exit_code}};
}

}  // namespace margay::app
