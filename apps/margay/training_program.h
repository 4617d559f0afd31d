// How the light program hands a command to its heavy sibling.
#pragma once

#include <string>
#include <vector>

namespace margay::app {

/// Where the command named first in the words of the command line is heavy and this program is the light one:
/// replaces the process by `margay-train` of the same version, found beside this program or in libexec, with
/// the settings of the allocator and of OpenMP in its environment. Returns where there is nothing to do;
/// throws Error where the sibling is missing.
void become_heavy_if_needed(const std::vector<std::string>& words);

}  // namespace margay::app
