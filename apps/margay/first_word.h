// What a user may have meant whose first word is no command: a folder of pictures, a photograph, another
// name.
#pragma once

#include <string>
#include <vector>

namespace margay::app {

/// "margay help", "margay help train" and "margay --help train" as "margay --help" and "margay train --help";
/// other words as they are.
std::vector<std::string> with_help_option(std::vector<std::string> words);

/// Words behind "--" that begin with a dash as the paths that they are: "./-pets", so that commands that are
/// advised can be followed.
std::vector<std::string> with_plain_paths(std::vector<std::string> words);

/// The first word of the command line is neither a command nor an option: throws UsageError that says which
/// command is probably meant. Returns where it is one of them or there is none.
void require_command(const std::vector<std::string>& words);

}  // namespace margay::app
