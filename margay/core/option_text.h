// How messages name options, whatever a program calls them.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace margay {

/// What a program says for an option of that name; `value` is empty where the message names none. Empty where
/// the program has no such option.
using OptionWords = std::function<std::string(std::string_view name, std::string_view value)>;

/// From now on messages name options in these words; by themselves where `words` is empty. For a program, at
/// its start: threads may be reading.
void set_option_words(OptionWords words);

/// The option as this program has it: "--validation 0.2". Names are those of config.toml and of options in
/// C++; where no program has set words, it is "`validation=0.2`", as a reader of C++ or of a server
/// understands it. Empty where the program has no word for it, so that a message leaves it out.
std::string option_text(std::string_view name, std::string_view value = {});

/// A sentence of a message with each "`name`" and "`name=value`" in it as `option_text` has it. A literal, so
/// that nothing of a user's is ever taken for an option.
std::string operator""_worded(const char* sentence, size_t length);

}  // namespace margay
