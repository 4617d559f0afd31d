// The one place of the programs that prints. What is printed shows names of files and classes that anybody
// may have chosen, so that no control character of theirs reaches a terminal.
#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace margay::app {

/// Readies the streams, before anything else is opened: a standard stream that is closed is not given to the
/// next file, and a full disk or a reader that went away is an error of a write and kills nobody.
void prepare_output();

/// Standard output, as it is: with control sequences of our own, every foreign name in it made printable.
/// Throws IoError, or OutputClosed, when it cannot be written; text may wait in a buffer until `flush_out`.
void draw_out(std::string_view text);
/// Standard error, as it is. What cannot be written is left out: no work ends because nobody reads what is
/// said of it.
void draw_err(std::string_view text) noexcept;

/// Writes what waits, with the same errors, also for what a `stream_line` could not write: at the end of the
/// program, and where both streams on one terminal have to keep their order.
void flush_out();

/// Whether something of standard output could not be written.
bool is_output_lost();

/// Answers, on standard output, printable; errors as those of `draw_out`.
template <class... T>
void print_out(fmt::format_string<T...> format, T&&... values);

/// What is said about the work, on standard error, printable.
template <class... T>
void print_err(fmt::format_string<T...> format, T&&... values);

/// A line of a stream that accompanies long work, printable and at once. The work goes on where it cannot be
/// written; `flush_out` tells at the end.
void stream_line(std::string_view line) noexcept;

/// Whoever read standard output has gone, as `head` does: no reason to complain.
struct OutputClosed {};

/// Ends this process as SIGPIPE ends programs that do not ask for it to be ignored.
[[noreturn]] void end_as_broken_pipe();

void print_out_text(std::string_view text);
void print_err_text(std::string_view text) noexcept;

template <class... T>
void print_out(fmt::format_string<T...> format, T&&... values) {
  print_out_text(fmt::format(format, std::forward<T>(values)...));
}

template <class... T>
void print_err(fmt::format_string<T...> format, T&&... values) {
  print_err_text(fmt::format(format, std::forward<T>(values)...));
}

}  // namespace margay::app
