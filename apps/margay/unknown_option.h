// Options that are spelled otherwise, and values of options that are none of those known.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace margay::app {

/// Throws UsageError for the first of `words`, as the program got them, that is no option of the command that
/// they name and looks like one, or no command where one is expected, with what it may stand for.
void require_known_options(const CLI::App& app, const std::vector<std::string>& words);

/// A check of an option's value: throws UsageError, with the name that it may stand for, unless it is one of
/// `names`. Help shows them.
CLI::Validator one_of(const std::string& option, std::vector<std::string> names);

}  // namespace margay::app
