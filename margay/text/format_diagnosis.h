// A diagnosis for the terminal.
#pragma once

#include <string>

#include "margay/analysis/diagnosis.h"
#include "margay/text/wording.h"

namespace margay::text {

/// Condition, evidence, advice and command, wrapped at 100 columns, with a newline at the end.
std::string format_diagnosis(const analysis::Diagnosis& diagnosis, const Wording& wording = plain_english());

}  // namespace margay::text
