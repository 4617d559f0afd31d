// The diagnosis as text and as JSON.
#include <fmt/format.h>

#include <algorithm>

#include "margay/report/diagnosis.h"
#include "margay/report/wrapped_text.h"

namespace margay::report {
std::string_view name_of(Condition condition) {
  switch (condition) {
    case Condition::not_finite:
      return "not finite";
    case Condition::no_new_pictures:
      return "validation shows learned pictures";
    case Condition::few_new_pictures:
      return "validation shows some learned pictures";
    case Condition::too_few_pictures:
      return "far too few pictures";
    case Condition::too_short:
      return "too short to tell";
    case Condition::rate_too_high:
      return "rate too high";
    case Condition::rate_too_low:
      return "rate too low";
    case Condition::stuck_at_chance:
      return "stuck at chance";
    case Condition::unstable:
      return "unstable";
    case Condition::shuffled_labels:
      return "labels look shuffled";
    case Condition::overfitting:
      return "overfitting";
    case Condition::underfitting:
      return "underfitting";
    case Condition::still_improving:
      return "still improving";
    case Condition::no_validation:
      return "no validation";
    case Condition::healthy:
      return "healthy";
  }
  return "unknown";
}

bool Diagnosis::has(Condition condition) const {
  return std::ranges::any_of(findings,
                             [&](const Finding& finding) { return finding.condition == condition; });
}

Json to_json(const Diagnosis& diagnosis) {
  Json list = Json::array();
  for (const Finding& finding : diagnosis.findings)
    list.push_back({{"condition", name_of(finding.condition)},
                    {"numbers", finding.numbers},
                    {"evidence", finding.evidence},
                    {"advice", finding.advice},
                    {"command", finding.command}});
  return list;
}

std::string format_diagnosis(const Diagnosis& diagnosis) {
  std::string text;
  for (const Finding& finding : diagnosis.findings) {
    text += fmt::format("{} {}\n", text.empty() ? "Diagnosis:" : "Also:", name_of(finding.condition));
    text += wrapped_text(finding.evidence + '.', 2);
    text += wrapped_text(finding.advice, 2);
    text += fmt::format("    {}\n", finding.command);
  }
  return text;
}

}  // namespace margay::report
