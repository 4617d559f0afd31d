// What of a recipe has to be otherwise, so that it suits a network that somebody names.
#pragma once

#include "margay/core/json.h"
#include "margay/graph/zoo/zoo.h"
#include "margay/recipe/picture_size.h"

namespace margay::recipe {

/// Goes over `scratch` for pictures of this size: sizes of training pictures in proportion, less those that
/// the network cannot be planned for, and AdamW where there is no batch normalisation, without which the high
/// rate of SGD diverges. Throws ModelError where the network does not take pictures of this size at all.
Json changes_of_scratch(const graph::zoo::ZooNetwork& network, const PictureSize& size);

/// Goes over `finetune`, whose first part fits a head, which needs a linear layer at the end: empty where the
/// network has one, and else to train with steps alone.
Json changes_of_finetune(const graph::zoo::ZooNetwork& network);

/// Sizes of training pictures (schedule.sizes) that the network of this document cannot take become the
/// smallest that it does, in steps of 8 pixels up to the longer side of the input. What is no configuration,
/// or no network, stays as it is, and is refused where it is used.
void let_sizes_fit_network(Json& document);

}  // namespace margay::recipe
