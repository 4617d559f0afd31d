// Names that mean the same whatever their case.
#pragma once

#include <string>

namespace margay {

/// ASCII letters as lower case, all other bytes as they are, whatever the locale.
inline std::string lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

}  // namespace margay
