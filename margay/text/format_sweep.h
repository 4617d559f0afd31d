// A search for settings for people.
#pragma once

#include <string>
#include <string_view>

#include "margay/analysis/sweep.h"

namespace margay::text {

/// A table of all trials, the best first, and what is to be said about the best; `measure_command` measures
/// that one on other pictures; empty: none.
std::string format_sweep(const analysis::Sweep& sweep, std::string_view measure_command = {});

}  // namespace margay::text
