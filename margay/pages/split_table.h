// How many pictures there are of each class, split by split.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "margay/analysis/split_counts.h"
#include "margay/pages/markup.h"
#include "margay/text/page_text.h"

namespace margay::pages {

/// A row per class, of very many the first, and one for all.
Markup split_table(std::span<const std::string> classes, std::span<const analysis::SplitCounts> splits,
                   const text::PageText& words = text::PageText());

}  // namespace margay::pages
