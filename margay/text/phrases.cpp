// Formats numbers and lists.
#include "margay/text/phrases.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace margay::text {
namespace {

/// 1520 as "1.5e3": nobody counts the digits of what has gone out of bounds.
std::string large_text(double value) {
  const std::string text = fmt::format("{:.1e}", value);
  const size_t e = text.find('e');
  return fmt::format("{}e{}", text.substr(0, e), std::atoi(text.c_str() + e + 1));
}

}  // namespace

std::string percent_1(double share) {
  return std::isnan(share) ? "–" : fmt::format("{:.1f} %", 100 * share);
}

std::string certainty_text(double probability, Language language) {
  const std::string text = percent_1(probability);
  return probability < 1 && text == "100.0 %" ? say(language, "over 99.9 %", "超过 99.9 %") : text;
}

std::string percent_short(double share) {
  return fmt::format("{:.3g} %", 100 * share);
}

std::string loss_text(double value) {
  if (!std::isfinite(value)) return fmt::format("{}", value);
  return std::abs(value) < 1000 ? fmt::format("{:.3g}", value) : large_text(value);
}

std::string decimal_3(double value) {
  if (std::isnan(value)) return "–";
  return std::abs(value) < 1000 || std::isinf(value) ? fmt::format("{:.3f}", value) : large_text(value);
}

std::string decimal_4(double value) {
  return std::abs(value) < 1000 || !std::isfinite(value) ? fmt::format("{:.4f}", value) : large_text(value);
}

std::string short_time_text(double seconds, Language language) {
  constexpr double kLeast_s = 0.01, kFew_s = 9.5;
  if (seconds < kLeast_s) return say(language, "less than 0.01 s", "不到 0.01 秒");
  return seconds < kFew_s ? say(language, "{:.2g} s", "{:.2g} 秒", seconds)
                          : duration_text(language, seconds);
}

std::string speed_text(double images_per_second, Language language) {
  constexpr double kFew = 9.5;
  return images_per_second < kFew ? say(language, "{:.2g} images/s", "每秒 {:.2g} 张图片", images_per_second)
                                  : say(language, "{:.0f} images/s", "每秒 {:.0f} 张图片", images_per_second);
}

}  // namespace margay::text
