// What stands in the place of RUN and is none: a story, a sweep, or a file of a run.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace margay::app {

/// A command as it should have been; `run` is a word of a shell.
using CommandFor = std::function<std::string(const std::string& run)>;

/// How many runs a command takes in the place where one story or sweep was named.
enum class RunsTaken { one, all };

/// Throws UsageError for a story, a sweep, or a file of a run that is not its model: says what it is, and the
/// command that is meant.
void refuse_other_than_run(const std::string& path, std::string_view where, const CommandFor& command,
                           RunsTaken taken = RunsTaken::one);

}  // namespace margay::app
