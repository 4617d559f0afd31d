// How a measured classifier is shown on a page.
#pragma once

#include <string>
#include <vector>

#include "margay/core/json.h"
#include "margay/report/evaluated_pictures.h"
#include "margay/report/markup.h"

namespace margay::report {

/// Scores per class and the confusion matrix, shaded by share of the true class: a table, or for many classes
/// the most confused pairs and a drawing. `evaluation` is the JSON of RunReport::evaluation; throws
/// FormatError when it is not that. With `pictures` (may be null), which have to be those evaluated, there
/// are the surest of each cell, which the page's script (confusion_cells.js) shows on a click; a few
/// megabytes in all.
Markup evaluation_block(const Json& evaluation, const EvaluatedPictures* pictures = nullptr);

/// Names of the classes of an evaluation. Throws FormatError.
std::vector<std::string> class_names_of(const Json& evaluation);

}  // namespace margay::report
