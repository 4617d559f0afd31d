// Completions of the command line for shells.
#pragma once

#include <string>

#include "apps/margay/described_commands.h"

namespace margay::app {

/// The script that a shell loads for the word "margay": commands, options and their words; files elsewhere.
std::string bash_completion(const CommandDescription& program);
std::string zsh_completion(const CommandDescription& program);
std::string fish_completion(const CommandDescription& program);

}  // namespace margay::app
