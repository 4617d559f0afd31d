// What the script of the curves says in a page.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "margay/text/language.h"

namespace margay::text {

/// By name; {epoch}, {value} and the like stand for what the script knows.
std::vector<std::pair<std::string, std::string>> words_of_curves(Language language);

}  // namespace margay::text
