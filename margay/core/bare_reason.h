// The parts of an error, for the message of another one.
#pragma once

#include <exception>
#include <string>

namespace margay {

/// `reason_of` the error less its hint, where the whole has a hint of its own.
std::string bare_reason(const std::exception& error);

/// The hint of the error; empty where it has none.
std::string hint_of(const std::exception& error);

}  // namespace margay
