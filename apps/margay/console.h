// How commands speak to a person: progress on standard error, as a line that moves or, without a terminal,
// plain lines.
#pragma once

#include <stop_token>
#include <string>

#include "margay/core/progress.h"

namespace margay::app {

/// True when standard error is a terminal that can move the cursor.
bool stderr_is_terminal();

/// Draws progress with speed and time left on standard error once work has taken over a second; nothing when
/// `quiet`.
ProgressObserver console_progress(bool quiet = false);

/// Requested by the first Ctrl-C (SIGINT) or SIGTERM; the second ends the program at once.
std::stop_token stop_on_signals();

/// "3 min 20 s", "12 s", "1 h 5 min".
std::string format_duration(double seconds);

/// "1.5 MB" (powers of 1000).
std::string format_bytes(double bytes);

}  // namespace margay::app
