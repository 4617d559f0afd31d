// Values that differ between configurations, as people tell them apart.
#pragma once

#include <string>
#include <vector>

#include "margay/analysis/config_differences.h"

namespace margay::text {

/// A text per configuration: paths shortened, of layers those that differ.
std::vector<std::string> texts_of(const analysis::ConfigDifference& difference);

}  // namespace margay::text
