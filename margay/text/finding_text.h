// What a finding is called, what shows it, and what is advised, in sentences.
#pragma once

#include <string>

#include "margay/analysis/diagnosis.h"
#include "margay/core/json.h"
#include "margay/text/wording.h"

namespace margay::text {

/// "overfitting", "过拟合"
std::string condition_text(analysis::Condition condition, Language language);

/// One sentence with this run's numbers, without a full stop and, in English, beginning with a small letter.
std::string evidence_text(const analysis::Facts& facts, Language language);

/// One to three sentences.
std::string advice_text(const analysis::Finding& finding, const Wording& wording);

/// A list of objects with condition, code, numbers (an object), evidence, advice, command and action.
Json to_json(const analysis::Diagnosis& diagnosis, const Wording& wording = plain_english());

}  // namespace margay::text
