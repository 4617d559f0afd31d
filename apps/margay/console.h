// How commands speak to a person: progress on standard error, as a line that moves or, without a terminal,
// plain lines.
#pragma once

#include <stop_token>
#include <string>

#include "apps/margay/output.h"       // IWYU pragma: export
#include "margay/core/number_text.h"  // IWYU pragma: export
#include "margay/core/progress.h"

namespace margay::app {

/// True when standard error is a terminal that can move the cursor.
bool stderr_is_terminal();
/// The same for standard output.
bool stdout_is_terminal();

struct TerminalSize {
  int columns = 80;
  int rows = 24;
};

/// Of the terminal on standard output; 80 x 24 where there is none or it does not tell.
TerminalSize terminal_size();

/// Whether the locale in the environment (LC_ALL, LC_CTYPE, LANG) is one of UTF-8.
bool terminal_speaks_utf8();
/// Whether the environment is without NO_COLOR.
bool terminal_wants_colour();

/// Draws progress with speed and time left on standard error once work has taken over a second; nothing when
/// `quiet`.
ProgressObserver console_progress(bool quiet = false);

/// Requested by the first Ctrl-C (SIGINT) or SIGTERM, and by SIGHUP (the terminal has gone, unless nohup
/// keeps that from the program) and SIGXCPU (the time that `ulimit -t` allows is over); a second Ctrl-C or
/// SIGTERM ends the program at once, while the other two may come as often as they like.
std::stop_token stop_on_signals();

}  // namespace margay::app
