// Walks from backquote to backquote.
#include "margay/core/option_text.h"

#include <algorithm>
#include <utility>

namespace margay {
namespace {

std::string between_backquotes(std::string_view name, std::string_view value) {
  std::string text = "`" + std::string(name);
  if (!value.empty()) text.append("=").append(value);
  return text + '`';
}

OptionWords& words_of_program() {
  static OptionWords words = between_backquotes;
  return words;
}

}  // namespace

void set_option_words(OptionWords words) {
  words_of_program() = words ? std::move(words) : between_backquotes;
}

std::string option_text(std::string_view name, std::string_view value) {
  return words_of_program()(name, value);
}

std::string operator""_worded(const char* sentence, size_t length) {
  std::string_view rest(sentence, length);
  std::string text;
  while (!rest.empty()) {
    const size_t begin = rest.find('`');
    text += rest.substr(0, begin);
    if (begin == rest.npos) break;
    const size_t end = rest.find('`', begin + 1);
    if (end == rest.npos) return text.append(rest.substr(begin));
    const std::string_view option = rest.substr(begin + 1, end - begin - 1);
    const size_t name_length = std::min(option.find('='), option.size());
    text +=
        option_text(option.substr(0, name_length), option.substr(std::min(name_length + 1, option.size())));
    rest.remove_prefix(end + 1);
  }
  return text;
}

}  // namespace margay
