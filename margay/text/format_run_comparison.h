// A comparison of runs for people.
#pragma once

#include <string>
#include <string_view>

#include "margay/analysis/run_comparison.h"
#include "margay/core/json.h"

namespace margay::text {

/// Tables and sentences, with a newline at the end. Of very many pairs some are told; `all_as_json` names
/// what has all.
std::string format_comparison(const analysis::RunComparison& comparison,
                              std::string_view all_as_json = "the JSON");

/// A sentence about what is left out of the tests, and why.
std::string note_text(const analysis::ComparisonNote& note, const analysis::RunComparison& comparison);

/// RunComparison::to_json with the notes as sentences.
Json comparison_json(const analysis::RunComparison& comparison);

}  // namespace margay::text
