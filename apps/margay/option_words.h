// The command line's words for the options that messages of the library name (core/option_text.h).
#pragma once

#include <CLI/CLI.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace margay::app {

/// "--validation 0.2" for validation and 0.2, the value quoted for a shell; "--set optimizer.clip_norm=1" for
/// a setting of a recipe; commands for what are commands here. `there` are the long names of the options that
/// the command has ("label-column"): a setting that has no option among them goes by --set.
std::string option_words(const std::set<std::string>& there, std::string_view name, std::string_view value);

/// From now on messages have the words of the command that the command line `words` names.
void use_option_words(const CLI::App& app, const std::vector<std::string>& words);

}  // namespace margay::app
