// How `margay` hands a command to the training program.
#pragma once

#include <string>
#include <vector>

namespace margay::app {

/// Where the command named first in the words of the command line needs libtorch and this program is
/// `margay`: replaces the process by `margay-train` of the same version, found beside this program or in
/// libexec, with the settings of the allocator and of OpenMP in its environment. Returns where there is
/// nothing to do; throws Error where there is no such program.
void become_training_program_if_needed(const std::vector<std::string>& words);

}  // namespace margay::app
