// The program `margay`: finds the command, runs it, and turns errors into one line and an exit status.
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <string>
#include <vector>

#include "apps/margay/command.h"
#include "apps/margay/heavy.h"
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

/// CLI11 says what is missing; this adds the nearest command to a misspelt one.
int report_usage(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  if (error.get_exit_code() == 0) return app.exit(error);
  if (argc == 1) {
    fmt::print(stderr, "{}", app.help());
    return 2;
  }
  std::vector<std::string> names;
  for (const Command& command : commands()) names.emplace_back(command.name);
  const std::string first = argc > 1 ? argv[1] : "";
  const bool known = std::find(names.begin(), names.end(), first) != names.end();
  if (!first.empty() && first[0] != '-' && !known) {
    const std::string nearest = nearest_name(first, names);
    const std::string hint =
        nearest.empty() ? "'margay --help' lists the commands" : fmt::format("did you mean '{}'?", nearest);
    fmt::print(stderr, "margay: {}\n",
               UsageError("command", fmt::format("there is no command '{}'", first), hint).what());
    return 2;
  }
  fmt::print(stderr, "margay: [command line] {}. Hint: 'margay{} --help' shows what it takes.\n",
             error.what(), known ? " " + first : "");
  return 2;
}

int run(int argc, char** argv) {
  CLI::App app("margay turns a folder of pictures into an image classifier.", "margay");
  app.set_version_flag("--version", fmt::format("margay {}", kVersion));
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  Outcome outcome;
  add_commands(app, outcome);
  set_command_line(argc, argv);
  try {
    become_heavy_if_needed(argc, argv);
    app.parse(argc, argv);
    return outcome.exit_code;
  } catch (const CLI::ParseError& error) {
    return report_usage(app, error, argc, argv);
  } catch (const Error& error) {
    fmt::print(stderr, "margay: {}\n", error.what());
    return error.exit_code();
  } catch (const std::bad_alloc&) {
    fmt::print(
        stderr,
        "margay: [memory] there is not enough of it. Hint: a smaller batch or picture size needs less.\n");
    return 7;
  } catch (const std::exception& error) {
    fmt::print(stderr, "margay: [internal] {}. Hint: this is a fault of margay; please report it.\n",
               error.what());
    return 1;
  }
}

}  // namespace
}  // namespace margay::app

int main(int argc, char** argv) {
  return margay::app::run(argc, argv);
}
