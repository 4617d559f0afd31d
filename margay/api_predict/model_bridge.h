// Models between the public surface, which knows no JSON, and the inside.
#pragma once

#include "margay/model/model.h"
#include "margay/predict.h"

namespace margay {

Model to_public(model::Model&& model);

/// Throws FormatError where the provenance is no JSON object.
model::Model to_inner(Model model);

}  // namespace margay
