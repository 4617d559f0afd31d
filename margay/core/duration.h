// Durations as people write them.
#pragma once

#include <string>
#include <string_view>

namespace margay {

/// Seconds of "90s", "10m", "1h30m" or "1.5h"; units may be days, hours, minutes and seconds, each at most
/// once and in this order. Throws UsageError, named after `where`.
double parse_duration(std::string_view text, std::string_view where);

/// So many seconds or a little more, as `parse_duration` reads them: "15s", "20m".
std::string whole_duration(double seconds);

}  // namespace margay
