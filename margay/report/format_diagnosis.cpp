// The diagnosis as text and as JSON.
#include <fmt/format.h>

#include <algorithm>

#include "margay/report/diagnosis.h"

namespace margay::report {
namespace {

std::string wrapped(std::string_view text, size_t indent, size_t columns) {
  std::string out, line(indent, ' ');
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (line.size() > indent && line.size() + 1 + word.size() > columns) {
      out += line + '\n';
      line.assign(indent, ' ');
    }
    if (line.size() > indent) line += ' ';
    line += word;
    at = end + 1;
  }
  return out + line + '\n';
}

}  // namespace

std::string_view name_of(Condition condition) {
  switch (condition) {
    case Condition::not_finite:
      return "not finite";
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
                    {"evidence", finding.evidence},
                    {"advice", finding.advice},
                    {"command", finding.command}});
  return list;
}

std::string format_diagnosis(const Diagnosis& diagnosis) {
  std::string text;
  for (const Finding& finding : diagnosis.findings) {
    text += fmt::format("{} {}\n", text.empty() ? "Diagnosis:" : "Also:", name_of(finding.condition));
    text += wrapped(finding.evidence + '.', 2, 100);
    text += wrapped(finding.advice, 2, 100);
    text += fmt::format("    {}\n", finding.command);
  }
  return text;
}

}  // namespace margay::report
