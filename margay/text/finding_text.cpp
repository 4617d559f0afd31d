// Names conditions, and puts a finding together for programs.
#include "margay/text/finding_text.h"

namespace margay::text {

using analysis::Condition;

std::string condition_text(Condition condition, Language language) {
  switch (condition) {
    case Condition::not_finite:
      return say(language, "not finite", "数值溢出");
    case Condition::no_new_pictures:
      return say(language, "validation shows learned pictures", "验证集全是学过的图片");
    case Condition::few_new_pictures:
      return say(language, "validation shows some learned pictures", "验证集含有学过的图片");
    case Condition::too_few_pictures:
      return say(language, "far too few pictures", "图片太少");
    case Condition::too_short:
      return say(language, "too short to tell", "训练太短，无法判断");
    case Condition::rate_too_high:
      return say(language, "rate too high", "学习率过高");
    case Condition::rate_too_low:
      return say(language, "rate too low", "学习率过低");
    case Condition::stuck_at_chance:
      return say(language, "stuck at chance", "停留在随机猜测的水平");
    case Condition::unstable:
      return say(language, "unstable", "训练不稳定");
    case Condition::shuffled_labels:
      return say(language, "labels look shuffled", "标签像是被打乱了");
    case Condition::overfitting:
      return say(language, "overfitting", "过拟合");
    case Condition::underfitting:
      return say(language, "underfitting", "欠拟合");
    case Condition::still_improving:
      return say(language, "still improving", "仍在进步");
    case Condition::no_validation:
      return say(language, "no validation", "没有验证集");
    case Condition::healthy:
      return say(language, "healthy", "健康");
  }
  return {};
}

Json to_json(const analysis::Diagnosis& diagnosis, const Wording& wording) {
  Json list = Json::array();
  for (const analysis::Finding& finding : diagnosis.findings)
    list.push_back({{"condition", name_of(finding.condition)},
                    {"code", finding.code()},
                    {"numbers", finding.numbers()},
                    {"evidence", evidence_text(finding.facts, wording.language())},
                    {"advice", advice_text(finding, wording)},
                    {"advice_code", name_of(finding.advice)},
                    {"command", wording.command(finding.action)},
                    {"action", analysis::to_json(finding.action)}});
  return list;
}

}  // namespace margay::text
