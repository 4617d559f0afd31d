// What a range test says about the learning rate.
#pragma once

#include <string>

#include "margay/analysis/rate_suggestion.h"
#include "margay/core/json.h"

namespace margay::text {

/// A sentence with numbers, without a full stop.
std::string reason_text(const analysis::RateSuggestion& suggestion);

/// An object with lr, reason and diverged.
Json to_json(const analysis::RateSuggestion& suggestion);

}  // namespace margay::text
