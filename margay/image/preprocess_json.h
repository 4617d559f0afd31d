// The preprocess spec as it stands in model files and configurations.
#pragma once

#include <string_view>

#include "margay/core/json.h"
#include "margay/image/preprocess.h"

namespace margay::image {

Json to_json(const Preprocess& spec);

/// Throws FormatError; `where` names the file in messages.
Preprocess preprocess_from_json(const Json& json, std::string_view where);

}  // namespace margay::image
