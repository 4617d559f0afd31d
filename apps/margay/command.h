// The commands of margay: one file command_<name>.cpp each, one row each in the table of commands.cpp.
#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <vector>

namespace margay::app {

/// Exit status that the chosen command leaves; 0 unless it says otherwise.
struct Outcome {
  int exit_code = 0;
};

/// A row of the table.
struct Command {
  const char* name;
  const char* description;  ///< one line for `margay --help`
  bool needs_libtorch;      ///< so it lives in the training program, `margay-train`
  /// Adds options and the callback that runs it, which may throw Error. Null in `margay` for commands
  /// that need libtorch.
  void (*add)(CLI::App& command, Outcome& outcome);
  /// It tells of all commands, and so the training program runs it, where there is one.
  bool tells_of_all = false;
};

/// The program's arguments as the user gave them, "margay" first: for the record in run directories.
const std::vector<std::string>& command_line();
void set_command_line(int argc, char** argv);

/// All commands in the order of the help.
std::span<const Command> commands();

}  // namespace margay::app
