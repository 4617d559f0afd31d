// Names are compared as people see them; the classes stay apart.
#include "margay/data/class_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <string_view>
#include <system_error>

#include "margay/core/error.h"
#include "margay/core/lower_case.h"
#include "margay/core/unicode.h"
#include "margay/core/utf8.h"

namespace margay::data {
namespace {

constexpr size_t kMostWarnings = 10;
constexpr size_t kShownLetters = 80;

bool has_line_end(const std::string& name) {
  return name.find_first_of("\n\r\v\f") != name.npos || name.find("\u2028") != name.npos ||
         name.find("\u2029") != name.npos || name.find("\xC2\x85") != name.npos;
}

/// Equal for names that people take for one: 1, 01 and 1.0, too.
std::string key_of(const std::string& name) {
  std::string key = look_alike_key(name);
  double number = 0;
  const char* end = key.data() + key.size();
  const auto [rest, error] = std::from_chars(key.data(), end, number);
  return error == std::errc() && rest == end && std::isfinite(number) ? fmt::format("{}", number) : key;
}

/// What pandas, R, Python and databases write where there is none.
bool stands_for_none(const std::string& name) {
  constexpr std::array<std::string_view, 6> kNone{"nan", "na", "n/a", "<na>", "none", "null"};
  return std::ranges::find(kNone, lower_case(name)) != kNone.end();
}

}  // namespace

std::string quoted_name(const std::string& name) {
  return "'" + shortened(name, kShownLetters) + "'";
}

std::string fault_of_class_name(const std::string& name) {
  if (name.find('\0') != name.npos) return "has a zero byte (NUL) in it";
  if (has_line_end(name)) return "has an end of a line in it";
  if (is_blank(name)) return "is blank";
  return {};
}

std::vector<std::string> warnings_about_class_names(const std::vector<std::string>& classes) {
  std::vector<std::string> warnings;
  std::map<std::string, std::vector<std::string>> by_key;
  for (const std::string& name : classes) {
    std::vector<std::string>& others = by_key[key_of(name)];
    if (!others.empty() && warnings.size() < kMostWarnings) {
      const std::string& nearest = *std::ranges::min_element(
          others, {}, [&](const std::string& other) { return edit_distance(name, other); });
      warnings.push_back(
          fmt::format("the classes {} and {} look alike, and are two classes all the same: they differ {}",
                      quoted_name(nearest), quoted_name(name), describe_difference(nearest, name)));
    }
    others.push_back(name);
    if (stands_for_none(name))
      warnings.push_back(fmt::format(
          "the class {} may be a missing label, as programs write it: leave such lines out if it is",
          quoted_name(name)));
  }
  return warnings;
}

std::string look_alike_of(const std::string& name, const std::vector<std::string>& classes) {
  const std::string key = key_of(name);
  for (const std::string& other : classes)
    if (other != name && key_of(other) == key) return other;
  return {};
}

}  // namespace margay::data
