// Searches, so that an expression need not describe all of a name.
#include "margay/data/label_pattern.h"

#include <fmt/format.h>

#include "margay/core/error.h"
#include "margay/core/option_text.h"

namespace margay::data {
namespace {

constexpr const char* kWhere = "data.labels";
/// No system has a file of a longer name. Work grows with the square of it.
constexpr size_t kLongestName = 4096;

/// libstdc++'s other way to search tries all at once in place of one after the other, whose stack and time
/// know no bounds. It knows no references to groups, such as \1.
constexpr std::regex::flag_type kSyntax =
#ifdef __GLIBCXX__
    std::regex_constants::__polynomial |
#endif
    std::regex_constants::ECMAScript;

std::regex compiled(const std::string& expression) {
  try {
    return std::regex(expression, kSyntax);
  } catch (const std::regex_error& error) {
    require<UsageError>(error.code() != std::regex_constants::error_complexity, kWhere,
                        fmt::format("'{}' refers to one of its groups, which takes too long", expression),
                        R"(write out what it stands for, in place of \1)");
    throw UsageError(kWhere, fmt::format("'{}' is no regular expression: {}", expression, error.what()),
                     R"(such as '^([a-z]+)\.' for cat.17.jpg, or '^(.+)_\d+' for Maine_Coon_17.jpg)");
  }
}

}  // namespace

LabelPattern::LabelPattern(const std::string& expression)
    : expression_(compiled(expression)), whole_path_(expression.find('/') != expression.npos) {}

std::optional<std::string> LabelPattern::label_of(std::string_view path) const {
  const std::string name(whole_path_ ? path : path.substr(path.rfind('/') + 1));  // npos + 1 is 0
  if (name.size() > kLongestName) return std::nullopt;
  std::smatch found;
  try {
    if (!std::regex_search(name, found, expression_)) return std::nullopt;
  } catch (const std::regex_error&) {
    throw UsageError(kWhere, fmt::format("the expression takes too long for '{}'", name), "make it simpler");
  }
  std::string label = found[found.size() > 1 ? 1 : 0].str();
  return label.empty() ? std::nullopt : std::optional(std::move(label));
}

std::string label_pattern_hint() {
  return "the first group of `label_pattern` is the class: '^([a-z]+)\\.' for cat.17.jpg, '^(.+)_\\d+' for "
         "Maine_Coon_17.jpg"_worded;
}

}  // namespace margay::data
