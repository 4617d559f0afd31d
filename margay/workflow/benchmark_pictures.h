// The pictures that speed is measured with.
#pragma once

#include "margay/data/dataset.h"

namespace margay::workflow {

/// Two classes of 500 x 375 JPEGs with shapes, gradients and grain, drawn and kept in memory.
data::Split drawn_split();

/// So many samples of the split, spread evenly; each comes several times where there are not as many.
data::Split spread(data::Split split, size_t count);

}  // namespace margay::workflow
