// In the order of their documentation.
#include "margay/data/given_option.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace margay::data {

std::string_view first_given(const TableOptions& options) {
  const std::pair<std::string_view, bool> given[] = {{"path_column", !options.path_column.empty()},
                                                     {"label_column", !options.label_column.empty()},
                                                     {"split_column", !options.split_column.empty()},
                                                     {"root", !options.root.empty()},
                                                     {"suffix", options.suffix.has_value()}};
  const auto found = std::ranges::find(given, true, &std::pair<std::string_view, bool>::second);
  return found == std::end(given) ? std::string_view() : found->first;
}

}  // namespace margay::data
