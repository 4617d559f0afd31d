// The layers of a network as a table in a page.
#pragma once

#include "margay/core/json.h"
#include "margay/report/markup.h"

namespace margay::report {

/// Layers with output shape, parameters and FLOPs, shaded by their share, and the totals; many layers are
/// folded. Takes the JSON of graph::Summary; nothing for null. Throws FormatError when it is not that.
Markup network_table(const Json& summary);

}  // namespace margay::report
