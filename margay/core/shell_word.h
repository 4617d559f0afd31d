// Words of shell commands that are shown to people.
#pragma once

#include <string>
#include <vector>

namespace margay {

/// `text` so that a POSIX shell reads it as one word with exactly these characters; quoted only where it has
/// to be.
std::string shell_word(const std::string& text);

/// The words of a command line, one after another.
std::string shell_words(const std::vector<std::string>& words);

/// A command within a sentence: in single quotes, or in others where it has such itself.
std::string quoted_command(const std::string& command);

}  // namespace margay
