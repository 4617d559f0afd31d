// An error inside the message of another one.
#pragma once

#include <exception>
#include <string>

namespace margay {

/// `reason_of` the error less its hint, where the whole has a hint of its own.
std::string bare_reason(const std::exception& error);

}  // namespace margay
