// Values of a tensor in JSON, one after the other or nested as its shape is.
#pragma once

#include <span>
#include <string_view>

#include "margay/core/json.h"
#include "margay/serve/tensor_shape.h"

namespace margay::serve {

/// Calls `take(value)` for each value of `data` in row-major order: either a list of all of them, or lists in
/// lists whose lengths are `shape`. Throws FormatError, maybe after some were taken.
template <class Take>
void for_each_value(const Json& data, const TensorShape& shape, std::string_view where, Take take);

namespace internal {

template <class Take>
void for_each_nested(const Json& data, std::span<const uint64_t> shape, std::string_view where, Take& take) {
  require<FormatError>(data.is_array() && data.size() == shape[0], where,
                       fmt::format("'data' does not have the shape: a list of {} is expected, not {}",
                                   shape[0], describe_json(data)));
  for (const Json& element : data) {
    if (shape.size() == 1)
      take(element);
    else
      for_each_nested(element, shape.subspan(1), where, take);
  }
}

}  // namespace internal

template <class Take>
void for_each_value(const Json& data, const TensorShape& shape, std::string_view where, Take take) {
  const bool is_nested = data.is_array() && !data.empty() && data[0].is_array();
  const uint64_t values[] = {is_nested ? 0
                                       : element_count(shape, std::numeric_limits<int64_t>::max(), where)};
  internal::for_each_nested(data, is_nested ? std::span<const uint64_t>(shape) : values, where, take);
}

}  // namespace margay::serve
