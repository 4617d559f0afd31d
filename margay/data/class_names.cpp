// Names are compared as people see them; the classes stay apart.
#include "margay/data/class_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "margay/core/error.h"
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

std::vector<std::string> warnings_about_look_alikes(const std::vector<std::string>& classes) {
  std::vector<std::string> warnings;
  std::map<std::string, std::vector<std::string>> by_key;
  for (const std::string& name : classes) {
    std::vector<std::string>& others = by_key[look_alike_key(name)];
    if (!others.empty() && warnings.size() < kMostWarnings) {
      const std::string& nearest = *std::ranges::min_element(
          others, {}, [&](const std::string& other) { return edit_distance(name, other); });
      warnings.push_back(
          fmt::format("the classes {} and {} look alike, and are two classes all the same: they differ {}",
                      quoted_name(nearest), quoted_name(name), describe_difference(nearest, name)));
    }
    others.push_back(name);
  }
  return warnings;
}

std::string look_alike_of(const std::string& name, const std::vector<std::string>& classes) {
  const std::string key = look_alike_key(name);
  for (const std::string& other : classes)
    if (other != name && look_alike_key(other) == key) return other;
  return {};
}

}  // namespace margay::data
