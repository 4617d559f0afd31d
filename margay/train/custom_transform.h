// A random change of training pictures of the caller's own.
#pragma once

#include <functional>

#include "margay/core/random.h"
#include "margay/image/image_span.h"

namespace margay::train {

/// Changes a picture of a batch in its place, H x W x 3 uint8 RGB, after the configuration's augmentation.
/// What it draws from `random`, which is keyed by (seed, epoch, sample), is the same in a repetition. Called
/// from several threads at once.
using CustomTransform = std::function<void(image::ImageSpan picture, Random& random)>;

}  // namespace margay::train
