// Whether a file that goes on being used is the one that was written.
#pragma once

#include <string>
#include <string_view>

#include "margay/model/safetensors.h"

namespace margay::model {

/// SHA-256, in hexadecimal, of `state` and of every tensor with its name and shape.
std::string content_checksum(const SafeTensors& file, std::string_view state = {});

}  // namespace margay::model
