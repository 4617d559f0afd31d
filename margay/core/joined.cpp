// Commas between all but the last two.
#include "margay/core/joined.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace margay {

std::string joined(std::span<const std::string> names, size_t most, const std::string& last) {
  if (names.size() > most)
    return fmt::format("{} {} {} more", fmt::join(names.first(most - 1), ", "), last,
                       names.size() - most + 1);
  if (names.size() < 2) return names.empty() ? "" : names.front();
  return fmt::format("{} {} {}", fmt::join(names.first(names.size() - 1), ", "), last, names.back());
}

}  // namespace margay
