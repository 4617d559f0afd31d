// Quotes for a POSIX shell.
#include "margay/core/shell_word.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace margay {

std::string shell_word(const std::string& text) {
  constexpr std::string_view kHarmless = "/._-+:,@%=";
  const auto harmless = [&](unsigned char letter) {
    return std::isalnum(letter) || letter >= 0x80 ||
           kHarmless.find(static_cast<char>(letter)) != std::string_view::npos;
  };
  if (!text.empty() && std::ranges::all_of(text, harmless)) return text;
  std::string quoted = "'";
  for (const char letter : text) quoted += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return quoted + '\'';
}

std::string shell_words(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + shell_word(word);
  return text;
}

std::string quoted_command(const std::string& command) {
  for (const char quote : {'\'', '"', '`'})
    if (command.find(quote) == command.npos) return quote + command + quote;
  return command;
}

}  // namespace margay
