// The program `margay`: finds the command, runs it, and turns errors into one line and an exit status.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "apps/margay/command.h"
#include "apps/margay/first_word.h"
#include "apps/margay/heavy.h"
#include "apps/margay/last_event.h"
#include "margay/core/error.h"
#include "margay/core/version.h"

namespace margay::app {
namespace {

void add_commands(CLI::App& app, Outcome& outcome) {
  for (const Command& command : commands()) {
    CLI::App* added = app.add_subcommand(command.name, command.description);
    if (command.add != nullptr) command.add(*added, outcome);
  }
}

/// Says what ended the command, to people and to whoever reads its events. Returns the exit status.
int report(const std::vector<std::string>& words, const std::string& message, int exit_code) {
  fmt::print(stderr, "margay: {}\n", message);
  if (asks_for_events(words)) {
    fmt::print("{}\n", format_json(last_event(message, exit_code)));
    std::fflush(stdout);
  }
  return exit_code;
}

/// CLI11 says what is missing.
int report_usage(const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& words) {
  if (error.get_exit_code() == 0) return app.exit(error);
  if (words.size() <= 1) {
    fmt::print(stderr, "{}", app.help());
    return 2;
  }
  const bool names_command = !words[1].empty() && words[1].front() != '-';
  return report(words,
                fmt::format("[command line] {}. Hint: 'margay{} --help' shows what it takes.", error.what(),
                            names_command ? " " + words[1] : ""),
                2);
}

int run(int argc, char** argv) {
  CLI::App app("margay turns a folder of pictures into an image classifier.", "margay");
  app.set_version_flag("--version", fmt::format("margay {}", kVersion));
  app.require_subcommand(1);
  app.footer("'margay help COMMAND' shows what a command takes, with an example.");
  app.get_formatter()->column_width(34);
  Outcome outcome;
  add_commands(app, outcome);
  set_command_line(argc, argv);
  const std::vector<std::string> words = with_help_option({argv, argv + argc});
  try {
    require_command(words);
    become_heavy_if_needed(words);
    app.parse(std::vector<std::string>(words.rbegin(), words.rend() - 1));  // as CLI11 takes them
    return outcome.exit_code;
  } catch (const CLI::ParseError& error) {
    return report_usage(app, error, words);
  } catch (const Error& error) {
    return report(words, error.what(), error.exit_code());
  } catch (const std::bad_alloc&) {
    return report(words,
                  "[memory] there is not enough of it. Hint: a smaller batch or picture size needs less.", 7);
  } catch (const std::exception& error) {
    return report(
        words, fmt::format("[internal] {}. Hint: this is a fault of margay; please report it.", error.what()),
        1);
  }
}

}  // namespace
}  // namespace margay::app

int main(int argc, char** argv) {
  return margay::app::run(argc, argv);
}
