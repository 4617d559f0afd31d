// Numbers that a training has lost.
#pragma once

#include <string>

#include "margay/core/error.h"
#include "margay/recipe/config.h"

namespace margay::train {

/// A loss, a gradient or a weight became infinite or NaN: what was learned since the last checkpoint is lost.
class NotFiniteError : public ModelError {
 public:
  using ModelError::ModelError;
};

/// That `found` is not finite, with what to do against it.
NotFiniteError not_finite(const recipe::Config& config, const std::string& found);

}  // namespace margay::train
