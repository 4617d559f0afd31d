// The curves of trainings in a page: a drawing, and the numbers behind it for the page's script.
#pragma once

#include <string_view>
#include <vector>

#include "margay/core/json.h"
#include "margay/pages/markup.h"
#include "margay/plot/curves.h"
#include "margay/text/page_text.h"

namespace margay::pages {

/// Accuracy and loss, drawn by gnuplot; nothing without an epoch. `prefix` keeps the ids of several figures
/// apart. With the page's script (interactive_curves.js) all of curves_data can be looked at instead.
Markup curves_figure(const std::vector<plot::Curve>& runs, std::string_view caption, std::string_view prefix,
                     const text::PageText& words = text::PageText());

/// Every column of the histories: `runs` (names), `epochs` [run][epoch] and `panels`, accuracy and loss
/// first. A panel has a name, a unit ("%" or ""), which value is best ("highest", "lowest" or null), its axis
/// [low, high, step] or null, and lines: run, split ("training", "validation" or null), values (null: not
/// finite). Numbers have six digits. `words` are those of text::words_of_curves.
Json curves_data(const std::vector<plot::Curve>& runs, const text::PageText& words = text::PageText());

}  // namespace margay::pages
