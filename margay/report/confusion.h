// How a measured classifier is shown on a page.
#pragma once

#include "margay/core/json.h"
#include "margay/report/markup.h"

namespace margay::report {

/// Scores per class and the confusion matrix, shaded by share of the true class. Takes the JSON of
/// RunReport::evaluation; throws FormatError when it is not that.
Markup evaluation_block(const Json& evaluation);

}  // namespace margay::report
