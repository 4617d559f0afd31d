// What is said of pictures of which not one can be used.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace margay::data {

/// "none of the 3 pictures of 'train' can be used", "the only picture of 'train' cannot be used"; `which` is
/// the part "of 'train'".
std::string none_usable(size_t pictures, std::string_view which);

}  // namespace margay::data
