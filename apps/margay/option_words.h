// The command line's words for the options that messages of the library name.
#pragma once

#include <string>
#include <string_view>

namespace margay::app {

/// `message` with each option that it names in backquotes (core/option_text.h) as this program has it:
/// "--validation 0.2" for "`validation=0.2`", "--set optimizer.clip_norm=1" for a setting of a recipe, and
/// commands for what are commands here. Values are quoted for a shell. What else is in backquotes, such as
/// the name of a file, stays as it is.
std::string with_option_words(std::string_view message);

}  // namespace margay::app
