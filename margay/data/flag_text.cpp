// A row per way to say it.
#include "margay/data/flag_text.h"

#include <algorithm>
#include <array>
#include <string>

#include "margay/core/lower_case.h"

namespace margay::data {
namespace {

constexpr std::array<std::string_view, 6> kTrue{"1", "1.0", "true", "yes", "t", "y"};
constexpr std::array<std::string_view, 6> kFalse{"0", "0.0", "false", "no", "f", "n"};

}  // namespace

std::optional<bool> flag_of(std::string_view value) {
  const std::string text = lower_case(std::string(value));
  if (std::ranges::find(kTrue, text) != kTrue.end()) return true;
  if (std::ranges::find(kFalse, text) != kFalse.end()) return false;
  return std::nullopt;
}

}  // namespace margay::data
