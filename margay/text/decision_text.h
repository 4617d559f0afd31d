// What was decided, and why, in words.
#pragma once

#include <string>
#include <vector>

#include "margay/analysis/decision.h"
#include "margay/core/json.h"
#include "margay/text/wording.h"

namespace margay::text {

/// What was decided about: "class weights".
std::string setting_text(const analysis::Decision& decision, Language language);
/// What was decided: "on".
std::string value_text(const analysis::Decision& decision, Language language);
/// A sentence without a full stop, with the numbers that decided and how to change it. Reasons of whoever
/// made the request, and those whose fields are damaged, are said as they were recorded.
std::string reason_text(const analysis::Decision& decision, const Wording& wording);

/// For the terminal: a line each, wrapped at 100 columns, with a heading; empty for none.
std::string format_decisions(const std::vector<analysis::Decision>& decisions,
                             const Wording& wording = plain_english());

/// A list of objects with setting, value, reason, code and fields.
Json to_json(const std::vector<analysis::Decision>& decisions, const Wording& wording = plain_english());

}  // namespace margay::text
