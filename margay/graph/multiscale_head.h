// Networks whose last layer sees more than the last feature map.
#pragma once

#include "margay/graph/graph.h"

namespace margay::graph {

/// The same network with a last layer that also reads the channel means of earlier feature maps: the last map
/// at each of the `scales` - 1 resolutions before the one of the last map. What classes differ by in colour
/// and texture is seen there, which the last map of a network that was trained for other classes has
/// forgotten. Other layers keep their names and parameters. Where there are fewer resolutions, all are read;
/// 1 scale is the network itself. Throws ModelError where the last layer is not linear.
Graph with_multiscale_head(const Graph& network, int scales);

}  // namespace margay::graph
