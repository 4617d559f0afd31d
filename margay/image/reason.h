// An error told inside another message or a table.
#pragma once

#include <exception>
#include <string>

namespace margay::image {

/// The message less the "[where] " that margay's errors begin with.
std::string reason_of(const std::exception& error);

}  // namespace margay::image
