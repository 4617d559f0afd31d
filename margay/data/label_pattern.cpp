// Searches, so that an expression need not describe all of a name.
#include "margay/data/label_pattern.h"

#include <fmt/format.h>

#include "margay/core/error.h"

namespace margay::data {
namespace {

constexpr const char* kWhere = "data.labels";
/// No system has a file of a longer name. The search recurses with every character.
constexpr size_t kLongestName = 4096;

std::regex compiled(const std::string& expression) {
  try {
    return std::regex(expression);
  } catch (const std::regex_error& error) {
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

}  // namespace margay::data
