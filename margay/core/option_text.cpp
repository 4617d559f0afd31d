// Puts backquotes around.
#include "margay/core/option_text.h"

namespace margay {

std::string option_text(std::string_view name, std::string_view value) {
  std::string text = "`" + std::string(name);
  if (!value.empty()) text += '=';
  for (const char letter : value) text += letter == '`' ? std::string("``") : std::string(1, letter);
  return text + '`';
}

}  // namespace margay
