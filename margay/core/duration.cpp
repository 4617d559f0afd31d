// Numbers, each with its unit.
#include "margay/core/duration.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "margay/core/error.h"

namespace margay {

double parse_duration(std::string_view text, std::string_view where) {
  constexpr std::array<std::pair<char, double>, 4> kUnits{{{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}}};
  const auto refuse = [&] {
    throw UsageError(where, fmt::format("'{}' is no duration", text), "such as 90s, 10m or 1h30m");
  };
  double seconds = 0;
  std::string_view rest = text;
  size_t next_unit = 0;
  do {
    double number = 0;
    const auto [end, error] =
        std::from_chars(rest.data(), rest.data() + rest.size(), number, std::chars_format::fixed);
    if (error != std::errc() || end == rest.data() + rest.size() || !std::isfinite(number) || number < 0)
      refuse();
    while (next_unit < kUnits.size() && kUnits[next_unit].first != *end) ++next_unit;
    if (next_unit == kUnits.size()) refuse();
    seconds += number * kUnits[next_unit++].second;
    rest.remove_prefix(static_cast<size_t>(end - rest.data()) + 1);
  } while (!rest.empty());
  return seconds;
}

std::string whole_duration(double seconds) {
  constexpr double kMinute = 60, kFewMinutes = 2 * kMinute;
  if (seconds <= kFewMinutes) return fmt::format("{:.0f}s", std::ceil(seconds));
  return fmt::format("{:.0f}m", std::ceil(seconds / kMinute));
}

}  // namespace margay
