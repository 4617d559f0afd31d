// How a measured classifier is shown on a page.
#pragma once

#include <string>
#include <vector>

#include "margay/pages/evaluated_pictures.h"
#include "margay/pages/markup.h"
#include "margay/predict/evaluation.h"

namespace margay::pages {

/// Scores per class and the confusion matrix, shaded by share of the true class: a table, or for many classes
/// the most confused pairs and a drawing. Throws FormatError where the
/// matrix has not a row and a column per class. With `pictures` (may be null), which have to be those
/// evaluated, there are the surest of each cell, which the page's script (confusion_cells.js) shows on a
/// click; a few megabytes in all.
Markup evaluation_block(const predict::Evaluation& evaluation, const EvaluatedPictures* pictures = nullptr,
                        const text::PageText& words = text::PageText());

/// Names of the classes of an evaluation.
std::vector<std::string> class_names_of(const predict::Evaluation& evaluation);

}  // namespace margay::pages
