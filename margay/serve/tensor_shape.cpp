// No product is computed before it is known to fit.
#include "margay/serve/tensor_shape.h"

namespace margay::serve {
namespace {

constexpr size_t kMostDimensions = 8;

}  // namespace

TensorShape read_shape(const Json& shape, std::string_view where) {
  if (!shape.is_array() || shape.empty() || shape.size() > kMostDimensions)
    refuse_json(shape, "'shape'", fmt::format("a list of 1 to {} dimensions", kMostDimensions), where);
  TensorShape sizes;
  for (const Json& size : shape) {
    sizes.push_back(json_as<uint64_t>(size, "a dimension of 'shape'", where));
    if (sizes.back() == 0) refuse_json(shape, "'shape'", "dimensions above 0", where);
  }
  return sizes;
}

uint64_t element_count(const TensorShape& shape, uint64_t most, std::string_view where) {
  uint64_t count = 1;
  for (const uint64_t size : shape) {
    require<FormatError>(size <= most / count, where,
                         fmt::format("the shape {} has more than {} elements", to_string(shape), most));
    count *= size;
  }
  return count;
}

std::string to_string(const TensorShape& shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

}  // namespace margay::serve
