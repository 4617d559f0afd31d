// One picture needs other words than several.
#include "margay/data/none_usable.h"

#include <fmt/format.h>

#include "margay/core/number_text.h"

namespace margay::data {

std::string none_usable(size_t pictures, std::string_view which) {
  if (pictures == 1) return fmt::format("the only picture {} cannot be used", which);
  return fmt::format("none of the {} {} can be used", counted(static_cast<int64_t>(pictures), "picture"),
                     which);
}

}  // namespace margay::data
