// What is the same for every command line.
#include "apps/margay/program.h"

#include <fmt/format.h>

#include "margay/core/version.h"

namespace margay::app {

std::unique_ptr<CLI::App> make_program(Outcome& outcome) {
  auto app =
      std::make_unique<CLI::App>("margay turns a folder of pictures into an image classifier.", "margay");
  app->set_version_flag("--version", fmt::format("margay {}", kVersion));
  app->require_subcommand(1);
  app->footer("'margay help COMMAND' shows what a command takes, with an example.");
  app->get_formatter()->column_width(34);
  for (const Command& command : commands()) {
    CLI::App* added = app->add_subcommand(command.name, command.description);
    if (command.add != nullptr) command.add(*added, outcome);
  }
  return app;
}

}  // namespace margay::app
