// Digits and what stands between them.
#include "margay/core/number_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace margay {

std::string grouped(int64_t number) {
  const std::string digits = fmt::format("{}", number);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    const bool between_digits = i > 0 && digits[i - 1] != '-';
    if (between_digits && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string counted(int64_t number, const std::string& singular, std::string plural) {
  if (plural.empty()) plural = singular + "s";
  return grouped(number) + " " + (number == 1 ? singular : plural);
}

std::string part_of(int64_t part, int64_t all, const std::string& singular, const std::string& one_does,
                    const std::string& several_do) {
  if (part == 1 && all == 1) return fmt::format("the only {} {}", singular, one_does);
  return fmt::format("{} of the {} {}", grouped(part), counted(all, singular),
                     part == 1 ? one_does : several_do);
}

std::string format_rate(double rate) {
  constexpr double kManyDigits = 99.5;  // which two digits would round to 1e+02
  if (rate >= kManyDigits) return fmt::format("{:.0f}", rate);
  std::string text = fmt::format("{:.2g}", rate);
  if (const size_t zero = text.find("e-0"); zero != text.npos) text.erase(zero + 2, 1);
  return text;
}

std::string format_bytes(double bytes) {
  constexpr std::array kUnits{"B", "kB", "MB", "GB", "TB"};
  size_t unit = 0;
  for (; bytes >= 999.5 && unit + 1 < kUnits.size(); ++unit) bytes /= 1000;
  const int decimals = unit == 0 || bytes >= 99.95 ? 0 : bytes >= 9.995 ? 1 : 2;
  return fmt::format("{:.{}f} {}", bytes, decimals, kUnits[unit]);
}

std::string format_duration(double seconds) {
  const auto whole = static_cast<int64_t>(std::max(0.0, seconds) + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

}  // namespace margay
