// The layers of a network as a table in a page.
#pragma once

#include "margay/graph/summary.h"
#include "margay/pages/markup.h"
#include "margay/text/page_text.h"

namespace margay::pages {

/// Layers with output shape, parameters and FLOPs, shaded by their share, and the totals; many layers are
/// folded.
Markup network_table(const graph::Summary& summary, const text::PageText& words = text::PageText());

}  // namespace margay::pages
