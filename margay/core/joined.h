// Names in a sentence.
#pragma once

#include <span>
#include <string>

namespace margay {

/// "cats and dogs", "a, b and c"; beyond `most` names "a, b and 8 more".
std::string joined(std::span<const std::string> names, size_t most = 6, const std::string& last = "and");

}  // namespace margay
