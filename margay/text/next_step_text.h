// What to do next, in sentences.
#pragma once

#include <string>
#include <vector>

#include "margay/analysis/next_steps.h"
#include "margay/core/json.h"
#include "margay/text/wording.h"

namespace margay::text {

/// One or two sentences.
std::string step_text(const analysis::NextStep& step, const Wording& wording);

/// For the terminal, wrapped at 100 columns; empty for none.
std::string format_next_steps(const std::vector<analysis::NextStep>& steps,
                              const Wording& wording = plain_english());

/// A list of objects with purpose, code, text, command and action.
Json to_json(const std::vector<analysis::NextStep>& steps, const Wording& wording = plain_english());

}  // namespace margay::text
