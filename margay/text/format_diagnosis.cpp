// Puts the findings below each other.
#include "margay/text/format_diagnosis.h"

#include "margay/text/finding_text.h"
#include "margay/text/wrapped_text.h"

namespace margay::text {

std::string format_diagnosis(const analysis::Diagnosis& diagnosis, const Wording& wording) {
  const Language language = wording.language();
  std::string text;
  for (const analysis::Finding& finding : diagnosis.findings) {
    const std::string name = condition_text(finding.condition, language);
    text += text.empty() ? say(language, "Diagnosis: {}\n", "诊断：{}\n", name)
                         : say(language, "Also: {}\n", "另外：{}\n", name);
    text += wrapped_text(evidence_text(finding.facts, language) + say(language, ".", "。"), 2);
    text += wrapped_text(advice_text(finding, wording), 2);
    if (const std::string command = wording.command(finding.action); !command.empty())
      text += fmt::format("    {}\n", command);
  }
  return text;
}

}  // namespace margay::text
