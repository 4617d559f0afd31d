// Tables of features have hundreds of columns, and lists of labels as many names.
#include "margay/data/listed_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "margay/core/number_text.h"
#include "margay/core/utf8.h"

namespace margay::data {
namespace {

constexpr size_t kShown = 8;
constexpr size_t kShownLetters = 60;

}  // namespace

std::string listed_names(const std::vector<std::string>& names) {
  // "and 1 more" would be no shorter than its name.
  const size_t shown = names.size() <= kShown + 2 ? names.size() : kShown;
  std::string list;
  for (size_t i = 0; i < shown; ++i) list += (i > 0 ? ", " : "") + shortened(names[i], kShownLetters);
  if (shown < names.size())
    list += fmt::format(" and {} more", grouped(static_cast<int64_t>(names.size() - shown)));
  return list;
}

}  // namespace margay::data
