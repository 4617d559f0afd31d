// Shapes of tensors as requests say them: anybody may have written any number.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "margay/core/json.h"

namespace margay::serve {

/// Sizes of dimensions, each at least 1.
using TensorShape = std::vector<uint64_t>;

/// The dimensions in a request. Throws FormatError for what is no list of one to eight whole numbers above 0.
TensorShape read_shape(const Json& shape, std::string_view where);

/// Their product. Throws FormatError where it is above `most`, without computing it.
uint64_t element_count(const TensorShape& shape, uint64_t most, std::string_view where);

/// "[1, 3, 224, 224]"
std::string to_string(const TensorShape& shape);

}  // namespace margay::serve
