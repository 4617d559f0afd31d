// The program `margay`: finds the command, runs it, and turns errors into one line and an exit status.
#include <fmt/format.h>

#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include "apps/margay/command.h"
#include "apps/margay/first_word.h"
#include "apps/margay/last_event.h"
#include "apps/margay/option_words.h"
#include "apps/margay/output.h"
#include "apps/margay/picture_limit.h"
#include "apps/margay/program.h"
#include "apps/margay/training_program.h"
#include "apps/margay/unknown_option.h"
#include "margay/core/error.h"
#include "margay/core/file_system.h"
#include "margay/core/shell_word.h"

namespace margay::app {
namespace {

/// Says what ended the command, to people and to whoever reads its events. Returns the exit status.
int report(const std::vector<std::string>& words, const std::string& message, int exit_code) {
  print_err("margay: {}\n", message);
  if (asks_for_events(words)) stream_line(format_json(last_event(message, exit_code)));
  return exit_code;
}

/// CLI11 says what is missing. Returns the exit status of --help and --version, and throws UsageError for the
/// others.
int report_usage(const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& words) {
  if (error.get_exit_code() == 0) {  // --help, --version
    std::ostringstream text;
    app.exit(error, text, text);
    print_out("{}", text.str());
    return 0;
  }
  if (words.size() <= 1) {
    print_err("{}", app.help());
    return 2;
  }
  require_known_options(app, words);
  const bool names_command = !words[1].empty() && words[1].front() != '-';
  const std::string help = fmt::format("margay{} --help", names_command ? " " + words[1] : "");
  throw UsageError("command line", error.what(), fmt::format("{} shows what it takes", quoted_command(help)));
}

/// Scripts give empty words where a variable of theirs is not set, and never mean them.
void require_no_empty_words(const std::vector<std::string>& words) {
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool lacks_value = word.starts_with("--") && word.size() > 2 && word.find('=') == word.size() - 1;
    if (!word.empty() && !lacks_value) continue;
    const std::string& before = lacks_value ? word : words[i - 1];
    const std::string what = before.starts_with('-')
                                 ? before.substr(0, before.find('=')) + " has an empty value"
                                 : fmt::format("the word behind '{}' is empty", before);
    throw UsageError("command line", what, "is a variable of the shell not set? Else leave it out");
  }
}

int run_command(const std::vector<std::string>& words) {
  Outcome outcome;
  const std::unique_ptr<CLI::App> app = make_program(outcome);
  use_option_words(*app, words);
  try {
    require_no_empty_words(words);
    require_command(words);
    require_picture_limit(words);
    become_training_program_if_needed(words);
    app->parse(std::vector<std::string>(words.rbegin(), words.rend() - 1));  // as CLI11 takes them
    return outcome.exit_code;
  } catch (const CLI::ParseError& error) {
    return report_usage(*app, error, words);
  }
}

/// The exit status of what `work` returns or throws; an error is said on standard error.
int report_errors(const std::vector<std::string>& words, const std::function<int()>& work) {
  try {
    return work();
  } catch (const OutputClosed&) {
    end_as_broken_pipe();
  } catch (const Error& error) {
    return report(words, error.what(), error.exit_code());
  } catch (const std::bad_alloc&) {
    return report(words,
                  "[memory] there is not enough of it. Hint: a smaller batch or picture size needs less.", 7);
  } catch (const std::filesystem::filesystem_error& error) {  // where nobody expected it
    const IoError named = io_error_of(error);
    return report(words, named.what(), named.exit_code());
  } catch (const std::system_error& error) {  // of threads, where nobody expected it
    return report(words, fmt::format("[system] {}", error.what()), IoError("system", "").exit_code());
  } catch (const std::exception& error) {
    return report(
        words, fmt::format("[internal] {}. Hint: this is a fault of margay; please report it.", error.what()),
        1);
  }
}

/// A command has done what it was asked for when its answer has been written, too.
int run(int argc, char** argv) {
  prepare_output();
  set_command_line(argc, argv);
  const std::vector<std::string> words = with_plain_paths(with_help_option({argv, argv + argc}));
  const int outcome = report_errors(words, [&] { return run_command(words); });
  if (outcome != 0 && is_output_lost()) return outcome;  // one message is enough
  const int written = report_errors(words, [] {
    flush_out();
    return 0;
  });
  return outcome != 0 ? outcome : written;
}

}  // namespace
}  // namespace margay::app

int main(int argc, char** argv) {
  return margay::app::run(argc, argv);
}
