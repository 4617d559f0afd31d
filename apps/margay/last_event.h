// The last line of a stream of JSON: a program that reads it is always told how it ended.
#pragma once

#include <string>
#include <vector>

#include "margay/core/json.h"

namespace margay::app {

/// Whether `words` ask a command that trains for JSON on standard output.
bool asks_for_events(const std::vector<std::string>& words);

/// What such a command says last where it does not come to its own last event: {"event": "stopped"} with the
/// exit status of an interruption, {"event": "error"} with any other; both with `message` and `exit_code`.
Json last_event(const std::string& message, int exit_code);

}  // namespace margay::app
