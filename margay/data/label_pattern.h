// Classes from the names of files, as in cat.17.jpg.
#pragma once

#include <optional>
#include <regex>
#include <string>
#include <string_view>

namespace margay::data {

/// What to try where an expression finds no classes.
std::string label_pattern_hint();

/// A regular expression (ECMAScript's) of which the first group is the class, or all of it where it has none.
class LabelPattern {
 public:
  /// Throws UsageError for what is no regular expression.
  explicit LabelPattern(const std::string& expression);

  /// The class in the name of a file: searched for in its last part, or in all of `path` when the expression
  /// has a '/' in it. Nothing where it is not found, or is empty.
  std::optional<std::string> label_of(std::string_view path) const;

 private:
  std::regex expression_;
  bool whole_path_ = false;
};

}  // namespace margay::data
