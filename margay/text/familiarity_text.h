// What has to be known about the figures of an evaluation.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "margay/analysis/familiarity.h"
#include "margay/text/language.h"

namespace margay::text {

/// "runs/article on pets"
std::string evaluation_title(const std::string& model, const std::string& data, Language language);

/// Sentences about what the model has learned from and what has chosen it; empty without any.
std::vector<std::string> familiarity_text(const analysis::Familiarity& familiarity, const std::string& model,
                                          Language language);

/// A sentence where the model has classes of which no picture is measured; empty without any.
std::string absent_classes_text(std::span<const std::string> present, std::span<const std::string> absent,
                                Language language);

}  // namespace margay::text
