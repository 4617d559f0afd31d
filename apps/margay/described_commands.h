// The commands and options of the program, as completions and man pages tell them.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace margay::app {

struct OptionDescription {
  std::vector<std::string> names;   ///< "-h", "--help"
  std::string value;                ///< what stands behind it, "NUMBER"; empty for a flag
  std::vector<std::string> values;  ///< all that it may be, where these are words
  std::string help;
};

struct CommandDescription {
  std::string name;  ///< "dataset get"; empty for the program itself
  std::string help;
  std::string footer;                    ///< examples and remarks
  std::vector<std::string> positionals;  ///< "DATA", in their order
  std::vector<std::string> positional_help;
  std::vector<OptionDescription> options;
  std::vector<CommandDescription> commands;
};

/// Of a program with all its commands.
CommandDescription describe(const CLI::App& app);

}  // namespace margay::app
